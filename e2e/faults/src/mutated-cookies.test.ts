import { describe, expect, test } from 'vitest'
import { say, times } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { type Mutation, mutations } from './lib/mutations.ts'
import { appsForTest, patient, serverForTest } from './lib/scene.ts'
import { send } from './lib/send.ts'
import { redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

describe('F15: a cookie that was changed in any way opens nothing, breaks nothing, and says nothing', () => {
  test('redis', async () => {
    const server = await serverForTest(redis)
    const apps = await appsForTest({ ...redis.environment(server.port), ...patient })
    const strangers = await appsForTest({
      ...redis.environment(server.port),
      ...patient,
      SESSION_SECRET: 'a secret that the two processes above do not have',
    })
    const [ann, bob, eve] = [new Visitor(apps, 'ann'), new Visitor(apps, 'bob'), new Visitor(strangers, 'ann')]
    for (const user of [ann, bob, eve]) expect((await user.signIn()).status).toBe(200)
    const [own, other, foreign] = [ann, bob, eve].map(({ cookies }) => cookies.header)
    const scene = { own: own ?? '', other: other ?? '', foreign: foreign ?? '' }

    const kinds = Object.entries(mutations)
    const statuses = new Map<number, number>()
    const wrong: string[] = []
    await inParallel(times('mutated cookies', 20_000), 16, async (nth) => {
      const [title, mutate] = kinds[nth % kinds.length] as [string, Mutation]
      const cookie = mutate(scene)
      const app = apps[nth % 2] ?? apps[0]
      const answer = await send(app.port, nth % 5 === 0 ? 'POST' : 'GET', nth % 5 === 0 ? '/inc' : '/me', { cookie })
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const pairs = cookie.split('; ')
      const isWhole =
        (pairs.includes(scene.own) && ann.owns(answer)) || (pairs.includes(scene.other) && bob.owns(answer))
      const isRefused = [401, 431].includes(answer.status) && answer.setCookies.length === 0 && !answer.body.canary
      if (!isWhole && !isRefused) wrong.push(`${title}: ${answer.status} ${JSON.stringify(answer.body)}`)
    })

    say(`answers: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`)
    expect(wrong.slice(0, 5)).toEqual([])
    for (const app of apps) {
      const { faults, events } = await app.report()
      expect(faults).toEqual([])
      expect(events['store-error']).toBeUndefined()
      expect(ann.owns(await ann.get('/me', app))).toBe(true)
    }
  })
})
