import { testSessionStore } from '@sojourn/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { startDshm } from '../../../scripts/lib/servers/dshm.mjs'
import { dshmStore } from './index.ts'

const members = servers().dshm.ports
let handles = 0

testSessionStore({
  name: 'dshm (what is written on one member is read on the other)',
  create: () => dshmStore({ port: members[handles++ % 2] ?? 0 }),
  capabilities: { atomic: false, lock: false, index: false, emptyValues: false, countsWrites: false },
})

describe('a member that is killed', () => {
  let cluster: Awaited<ReturnType<typeof startDshm>>
  beforeAll(async () => {
    cluster = await startDshm()
  })
  afterAll(() => cluster.stop())

  test('loses nothing that the other one was told of, and is used again when it is back', async () => {
    const [mortal, other] = cluster.members
    await using onMortal = dshmStore({ port: mortal!.port })
    await using onOther = dshmStore({ port: other!.port })
    const inAnHour = Math.floor(Date.now() / 1000) + 3600
    const values = new Map(Array.from({ length: 50 }, (_, n) => [onMortal.keyOf(`${n}`), new Uint8Array([65 + n])]))
    for (const [key, value] of values) await onMortal.write(key, value, inAnHour, 'any')

    await mortal!.kill()
    await expect(onMortal.read(onMortal.keyOf('0'))).rejects.toThrow()
    for (const [key, value] of values) expect((await onOther.read(key))?.bytes).toEqual(value)

    await mortal!.restart()
    for (const [key, value] of values) expect((await onMortal.read(key))?.bytes).toEqual(value)
  })
})
