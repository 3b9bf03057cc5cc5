import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { say, times } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { send } from './lib/send.ts'
import { Visitor } from './lib/visitor.ts'

describe('F14a: a slow request that straddles a logout brings nothing back', () => {
  test.each(atomicStores)('$name', async ({ name, start }) => {
    const apps = await appsForTest({ ...(await start()), ...patient })
    const [first, second] = apps
    const slowAnswers = new Map<number, number>()
    const resurrected: string[] = []

    await inParallel(times(`logouts straddled on ${name}`, 1000), 10, async (nth) => {
      const ann = new Visitor(apps, `ann-${nth}`)
      expect((await ann.signIn()).status).toBe(200)
      const cookie = ann.cookies.header
      const slow = send(first.port, 'POST', '/slow?ms=30&mark=late', { cookie })
      await pause(Math.random() * 45)
      expect((await ann.post('/logout', second)).status).toBe(200)
      const { status, setCookies } = await slow
      slowAnswers.set(status, (slowAnswers.get(status) ?? 0) + 1)
      expect(setCookies).toEqual([])
      for (const { port } of apps)
        if ((await send(port, 'GET', '/me', { cookie })).status !== 401) resurrected.push(ann.name)
    })

    say(
      `the slow requests were answered ${[...slowAnswers].map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    )
    expect(resurrected).toEqual([])
    expect([...slowAnswers.keys()].filter((status) => ![200, 401, 410].includes(status))).toEqual([])
    expect(slowAnswers.get(410)).toBeGreaterThan(0)
  })
})
