import assert from 'node:assert/strict'
import type { LoadGenerator } from './load/generator.ts'
import { say } from './report.ts'
import type { Server } from './server.ts'

/** One route of one server, asked with these cookies. */
export interface Route {
  readonly name: string
  readonly server: Server
  readonly path: string
  readonly cookies: readonly string[]
  /** How many visits the answer must tell: 0, or `visits` for the first of the cookies and one more for each next. */
  readonly visits: number
  readonly setsCookie: boolean
}

/** What each round measured. */
export interface RouteSamples {
  readonly perSecond: readonly number[]
  /** Microseconds of the server process for one request. */
  readonly cpu: readonly number[]
}

export interface HttpEffort {
  readonly rounds: number
  readonly seconds: number
  readonly warmUp: number
}

async function answers({ name, server, path, cookies, visits, setsCookie }: Route, index: number): Promise<boolean> {
  const response = await fetch(`${server.address}${path}`, { headers: { cookie: cookies[index] ?? '' } })
  const wanted = visits === 0 ? 0 : visits + index
  assert.equal(response.status, 200, name)
  return (await response.text()) === `${wanted}` && response.headers.getSetCookie().length > 0 === setsCookie
}

/** A route that does not do its work would be fast. One that does not do it when requests overlap is reported. */
async function check(route: Route): Promise<void> {
  assert.ok(await answers(route, 0), `${route.name}: wrong answer`)
  const right = await Promise.all(route.cookies.map((_, index) => answers(route, index)))
  const wrong = right.filter((isRight) => !isRight).length
  if (wrong > 0) say(`${route.name}: ${wrong} of ${right.length} answers are wrong when requests overlap.`)
}

/** Loads the routes one after another, in every round anew and in alternating order. */
export async function measureRoutes(
  routes: readonly Route[],
  generator: LoadGenerator,
  { rounds, seconds, warmUp }: HttpEffort,
): Promise<Map<string, RouteSamples>> {
  const samples = new Map(routes.map(({ name }) => [name, { perSecond: [] as number[], cpu: [] as number[] }]))
  const load = async ({ name, server, path, cookies }: Route, duration: number) => {
    const before = await server.cpu()
    const answered = await generator.run({ url: `${server.address}${path}`, cookies, seconds: duration })
    assert.equal(answered.failed, 0, `${name}: requests failed`)
    return { perSecond: answered.perSecond, cpu: ((await server.cpu()) - before) / answered.requests }
  }

  for (const route of routes) {
    await check(route)
    await load(route, warmUp)
  }
  for (let round = 0; round < rounds; round++) {
    for (const route of round % 2 === 0 ? routes : routes.toReversed()) {
      const { perSecond, cpu } = await load(route, seconds)
      samples.get(route.name)?.perSecond.push(perSecond)
      samples.get(route.name)?.cpu.push(cpu)
    }
  }
  return samples
}
