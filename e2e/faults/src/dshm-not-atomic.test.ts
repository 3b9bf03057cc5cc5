import { expect, onTestFinished, test } from 'vitest'
import { startDshm } from '../../../scripts/lib/servers/dshm.mjs'
import { say } from './lib/counts.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { onDshm } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

const INCREMENTS = 200

test('200 parallel increments on dshm, which cannot compare and set, lose some and leak nothing', async () => {
  const dshm = await startDshm()
  onTestFinished(() => dshm.stop())
  const apps = await appsForTest({ ...onDshm(dshm), ...patient })
  const [ann, bob] = [new Visitor(apps, 'ann'), new Visitor(apps, 'bob')]
  for (const user of [ann, bob]) expect((await user.signIn()).status).toBe(200)

  const answers = await Promise.all(
    Array.from({ length: INCREMENTS }, (_, nth) => (nth % 10 ? ann.post('/read-then-write?ms=5') : bob.get('/me'))),
  )
  for (const [nth, answer] of answers.entries()) {
    expect([200, 503]).toContain(answer.status)
    if (answer.status === 200) expect((nth % 10 ? ann : bob).owns(answer)).toBe(true)
  }
  const served = answers.filter(({ status }, nth) => nth % 10 && status === 200).length
  const { body } = await ann.get('/me')
  say(`${body.count} of ${served} acknowledged increments were kept`)
  expect(body.count).toBeGreaterThan(0)
  for (const app of apps) expect((await app.report()).faults).toEqual([])
})
