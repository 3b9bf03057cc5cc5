import { memoryStore, type SessionStore } from '@sojourn/core'
import { expect, test } from 'vitest'
import { fakeClock } from '../fake-clock.ts'
import { allCapabilities } from '../test-support/all-capabilities.ts'
import { openStage, type Stage } from './stage.ts'

const clock = fakeClock()
const stageOf = (holds: SessionStore['holds']): Promise<Stage> =>
  openStage({
    create: () => ({ ...memoryStore({ name: 'stage tests' }), holds }),
    capabilities: allCapabilities,
    clock,
  })

test.each([
  ['bytes', 256],
  ['ascii', 64],
] as const)('values for a store of %s have all of its %d octets, and never repeat', async (holds, octets) => {
  const { newValue } = await stageOf(holds)
  expect(newValue(100_000)).toHaveLength(100_000)
  expect(new Set(newValue(512)).size).toBe(octets)
  expect(new Set(Array.from({ length: 100 }, () => newValue().join())).size).toBe(100)
})

test('values for a store of ascii are text as base64url makes it', async () => {
  const { newValue } = await stageOf('ascii')
  expect(new TextDecoder().decode(newValue(1000))).toMatch(/^[\w-]{1000}$/)
})

test('waiting lets the time pass until it has happened', async () => {
  const { until, now, inSeconds } = await stageOf('bytes')
  const end = inSeconds(5)
  expect(await until(async () => now() >= end * 1000, 5)).toBe(end)
})

test('waiting has a limit', async () => {
  const { until } = await stageOf('bytes')
  await expect(until(async () => false, 2)).rejects.toThrow('did not happen within 2 seconds')
})
