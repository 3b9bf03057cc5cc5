import { setTimeout as pause } from 'node:timers/promises'
import { faultProxy } from '@sojourn/testing/faults'
import { describe, expect, onTestFinished, test } from 'vitest'
import { say, times } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { appsForTest, serverForTest } from './lib/scene.ts'
import { memcached, redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

/** Two for each process, and a read is tried twice: fewer faults in a row than make the store count as down. */
const USERS = 4
/** A little more than what a store answers with when it is asked for a session of these users; a prime. */
const LONGEST_REPLY = 421
/** From one cut to the next: comes to every length once before it comes to any again. */
const STEP = 167

describe('F5: a reply that is cut off anywhere, or that nobody waits for any more, reaches nobody else', () => {
  test.each([redis, memcached])('$name', async (store) => {
    const server = await serverForTest(store)
    const proxy = await faultProxy({ to: { port: server.port } })
    onTestFinished(() => proxy[Symbol.asyncDispose]())
    const apps = await appsForTest(store.environment(proxy.port))
    const users = Array.from({ length: USERS }, (_, nth) => new Visitor(apps, `user-${nth}`))
    for (const user of users) expect((await user.signIn()).status).toBe(200)

    const statuses = new Map<number, number>()
    const wrong: string[] = []
    const look = async (user: Visitor, signal?: AbortSignal): Promise<number> => {
      const answer = await user.send('GET', '/me', undefined, signal ? { signal } : {})
      const { status } = answer
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const isRight = status === 200 ? user.owns(answer) : status === 503 || (status === 0 && signal)
      if (!isRight) wrong.push(`${user.name} was answered ${status} ${JSON.stringify(answer.body)}`)
      return status
    }

    const cuts = times(`replies of ${store.name} cut off`, 5000)
    const lengths = new Set<number>()
    for (let cut = 0; cut < cuts; cut += USERS) {
      const afterBytes = ((cut / USERS) * STEP) % LONGEST_REPLY
      lengths.add(afterBytes)
      proxy.fault = { kind: 'cut', afterBytes, reset: cut % 3 === 0 }
      await inParallel(USERS, USERS, async (nth) => {
        const user = users[nth]
        if (!user) return
        const givesUp = new AbortController()
        const request = look(user, (cut + nth) % 5 === 0 ? givesUp.signal : undefined)
        await pause(Math.random() * 6)
        givesUp.abort()
        await request
      })
      proxy.fault = { kind: 'none' }
      for (const user of users.slice(0, 2)) await user.until(async () => (await look(user)) === 200)
    }

    say(`cut after ${lengths.size} different lengths, 0 to ${Math.max(...lengths)} bytes`)
    say(`answers: ${[...statuses].map(([status, count]) => `${count} × ${status || 'given up'}`).join(', ')}`)
    expect(wrong).toEqual([])
    for (const user of users) await user.until(async () => (await look(user)) === 200)
    for (const app of apps) expect((await app.report()).faults).toEqual([])
  })
})
