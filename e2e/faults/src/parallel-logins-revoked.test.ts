import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { say, times } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { send } from './lib/send.ts'
import { Visitor } from './lib/visitor.ts'

const DEVICES = 5

interface Login {
  readonly answeredAt: number
  readonly browser: Visitor
}

describe('F14c: a session is no older than the last time all sessions of its subject were ended', () => {
  test.each(atomicStores)('$name', async ({ name, start }) => {
    const apps = await appsForTest({ ...(await start()), ...patient })
    const [first, second] = apps
    let refused = 0
    let outlived = 0

    await inParallel(times(`logins beside a revoke on ${name}`, 500), 5, async (nth) => {
      const user = `ann-${nth}`
      const logins: Login[] = []
      const signIn = async (): Promise<void> => {
        const browser = new Visitor(apps, user)
        await pause(Math.random() * 15)
        const { status } = await browser.signIn()
        if (status === 410) refused++
        else {
          expect(status).toBe(200)
          logins.push({ answeredAt: performance.now(), browser })
        }
      }
      const revoke = async (): Promise<number> => {
        await pause(Math.random() * 15)
        const asked = performance.now()
        expect((await send(first.port, 'POST', `/revoke?user=${user}`)).status).toBe(200)
        return asked
      }
      const [revokedAt] = await Promise.all([revoke(), ...Array.from({ length: DEVICES }, signIn)])

      const alive: string[] = []
      for (const { answeredAt, browser } of logins) {
        const { status, body } = await browser.get('/me', second)
        if (status !== 200) continue
        alive.push(body.id ?? '')
        if (answeredAt < revokedAt) outlived++
      }
      const listed = (await send(first.port, 'GET', `/list?user=${user}`)).body as unknown as { readonly id: string }[]
      expect(listed.map(({ id }) => id).sort()).toEqual(alive.sort())

      await send(second.port, 'POST', `/revoke?user=${user}`)
      for (const { browser } of logins) expect((await browser.get('/me', first)).status).toBe(401)
    })

    say(`${refused} logins met the revoke half-way and failed`)
    expect(outlived).toBe(0)
  })
})
