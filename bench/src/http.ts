import { buildNext, buildSvelteKit, startNext, startSvelteKit } from './lib/apps.ts'
import { cookieHeader } from './lib/cookies.ts'
import { type LoadGenerator, loadGenerator } from './lib/load/generator.ts'
import { median, ratio } from './lib/median.ts'
import type { Peer } from './lib/peer.ts'
import { ironSession } from './lib/peers/iron-session.ts'
import { sojourn } from './lib/peers/sojourn.ts'
import { svelteKitCookieSession } from './lib/peers/svelte-kit-cookie-session.ts'
import { figure, heading, say, table } from './lib/report.ts'
import { type HttpEffort, measureRoutes, type Route, type RouteSamples } from './lib/rounds-over-http.ts'
import { sessionData } from './lib/session-data.ts'
import { atLeast, reportTargets, type Target } from './lib/target.ts'

const SESSIONS = 64
const VISITS = 1000
/** Next needs more than 5 s for each route until it is as fast as it gets. */
const NEXT_EFFORT: HttpEffort = { rounds: 7, seconds: 2, warmUp: 6 }
const SVELTEKIT_EFFORT: HttpEffort = { rounds: 7, seconds: 2, warmUp: 3 }

/** The Cookie headers of as many browsers, each with a session of 1 KB. One by one: not every peer bears more. */
async function browsers(peer: Peer): Promise<string[]> {
  const headers: string[] = []
  for (let index = 0; index < SESSIONS; index++) {
    headers.push(cookieHeader(await peer.create(sessionData(1024, VISITS + index))))
  }
  return headers
}

const BARE = 'bare'

class Results {
  readonly #samples: ReadonlyMap<string, RouteSamples>

  constructor(samples: ReadonlyMap<string, RouteSamples>) {
    this.#samples = samples
  }

  #of(name: string): RouteSamples {
    return this.#samples.get(name) ?? { perSecond: [], cpu: [] }
  }

  /** The share of the bare route's requests per second that is left. */
  kept(name: string): number {
    return ratio(this.#of(name).perSecond, this.#of(BARE).perSecond)
  }

  /** The same from the server's CPU time: what would be left if the server had nothing to wait for. */
  keptByCpu(name: string): number {
    return ratio(this.#of(BARE).cpu, this.#of(name).cpu)
  }

  print(): void {
    table(
      ['', 'of bare', 'by CPU', 'here: req/s', 'CPU µs/req', 'net of bare'],
      [...this.#samples].map(([name, { perSecond, cpu }]) => [
        name,
        `${this.kept(name).toFixed(2)}x`,
        `${this.keptByCpu(name).toFixed(2)}x`,
        figure(median(perSecond)),
        figure(median(cpu)),
        figure(median(cpu) - median(this.#of(BARE).cpu)),
      ]),
    )
  }

  atLeast(limit: number, what: string, name: string): Target {
    return { ...atLeast(limit, 'x', what, this.kept(name)), note: `by CPU ${figure(this.keptByCpu(name))}x` }
  }
}

async function next(generator: LoadGenerator): Promise<Target[]> {
  heading('Next 16.4.6, route handlers, sessions of 1 KB')
  await buildNext()
  const server = await startNext()
  try {
    const ours = { server, cookies: await browsers(sojourn()) }
    const iron = { server, cookies: await browsers(ironSession()) }
    const routes: Route[] = [
      { ...ours, name: BARE, path: '/bare', visits: 0, setsCookie: false },
      { ...ours, name: 'withSession, not touched', path: '/untouched', visits: 0, setsCookie: false },
      { ...ours, name: 'sojourn: load', path: '/load', visits: VISITS, setsCookie: false },
      { ...ours, name: 'sojourn: load+save', path: '/save', visits: VISITS + 1, setsCookie: true },
      { ...iron, name: 'iron-session 9.0.1: load', path: '/iron-load', visits: VISITS, setsCookie: false },
      { ...iron, name: 'iron-session 9.0.1: load+save', path: '/iron-save', visits: VISITS + 1, setsCookie: true },
    ]
    const results = new Results(await measureRoutes(routes, generator, NEXT_EFFORT))
    results.print()
    return [
      results.atLeast(0.9, 'Next: load keeps of bare req/s', 'sojourn: load'),
      results.atLeast(0.75, 'Next: load+save keeps', 'sojourn: load+save'),
      results.atLeast(0.98, 'Next: a session that is not touched keeps', 'withSession, not touched'),
    ]
  } finally {
    await server.stop()
  }
}

async function svelteKit(generator: LoadGenerator): Promise<Target[]> {
  heading('SvelteKit 3.2.0 with adapter-node, endpoints, sessions of 1 KB (bare: a hook that does nothing)')
  await buildSvelteKit()
  const [none, sojournHook, otherHook] = await Promise.all(['none', 'sojourn', 'other'].map(startSvelteKit))
  if (!none || !sojournHook || !otherHook) throw new Error('A server is missing.')
  try {
    const cookies = await browsers(sojourn())
    const ours = { server: sojournHook, cookies }
    const other = { server: otherHook, cookies: await browsers(svelteKitCookieSession()) }
    const kcs = 'svelte-kit-cookie-session 4.1.1'
    const routes: Route[] = [
      { server: none, cookies, name: BARE, path: '/bare', visits: 0, setsCookie: false },
      { ...ours, name: 'sojourn hook, not touched', path: '/bare', visits: 0, setsCookie: false },
      { ...ours, name: 'sojourn: load', path: '/load', visits: VISITS, setsCookie: false },
      { ...ours, name: 'sojourn: load+save', path: '/save', visits: VISITS + 1, setsCookie: true },
      { ...other, name: `${kcs}: load`, path: '/other-load', visits: VISITS, setsCookie: false },
      { ...other, name: `${kcs}: load+save`, path: '/other-save', visits: VISITS + 1, setsCookie: true },
    ]
    const results = new Results(await measureRoutes(routes, generator, SVELTEKIT_EFFORT))
    results.print()
    return [
      results.atLeast(0.65, 'SvelteKit: load keeps of a no-op hook', 'sojourn: load'),
      results.atLeast(0.45, 'SvelteKit: load+save keeps', 'sojourn: load+save'),
      results.atLeast(0.98, 'SvelteKit: a session that is not touched keeps', 'sojourn hook, not touched'),
    ]
  } finally {
    await Promise.all([none, sojournHook, otherHook].map((server) => server.stop()))
  }
}

/** Production servers under load: what a session costs beside everything else that a request costs. */
export async function http(): Promise<Target[]> {
  const generator = loadGenerator()
  say(`Load: ${generator.name}, 16 connections, ${SESSIONS} sessions in turn. Medians of interleaved rounds.`)
  const targets = [...(await next(generator)), ...(await svelteKit(generator))]
  reportTargets(targets)
  return targets
}
