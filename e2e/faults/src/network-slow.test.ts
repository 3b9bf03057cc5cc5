import { type Fault, type FaultProxy, faultProxy } from '@sojourn/testing/faults'
import { describe, expect, onTestFinished, test } from 'vitest'
import { say } from './lib/counts.ts'
import { lasting } from './lib/durations.ts'
import { loadedScene, serverForTest } from './lib/scene.ts'
import { memcached, redis, type ServerStore } from './lib/stores.ts'
import {
  type Bounds,
  expectBounded,
  expectHealthy,
  expectNormalAgain,
  expectPromisesKept,
  tell,
} from './lib/verdict.ts'

/** Connections of both processes together. While old ones are given up for new ones, there may be both. */
const mostConnections: Readonly<Record<string, number>> = { redis: 2 * 2, memcached: 2 * 10 }

/**
 * A store that is slow and works: every step has a limit of 250 ms, signing in takes five of them, and a write that met
 * another one is tried again.
 */
const slowSteps: Bounds = { p99: 5 * 250, max: 10 * 250 }

const faults: Readonly<Record<string, Fault>> = {
  'a delay of 50 ms': { kind: 'delay', ms: 50, jitter: 10 },
  'a delay of 200 ms, more or less': { kind: 'delay', ms: 150, jitter: 100 },
  'a delay of 400 ms': { kind: 'delay', ms: 400, jitter: 100 },
  'one byte a second': { kind: 'throttle', bytesPerSecond: 1 },
  'half-open connections': { kind: 'half-open' },
  'a network that stands still': { kind: 'freeze' },
  'connections that are reset': { kind: 'refuse' },
}

describe('F4: a bad network costs time within the limits, and opens no more connections than there may be', () => {
  test.each([redis, memcached])('$name', async (store: ServerStore) => {
    const server = await serverForTest(store)
    const proxy = await faultProxy({ to: { port: server.port } })
    onTestFinished(() => proxy[Symbol.asyncDispose]())
    const { apps, load, reports } = await loadedScene(store.environment(proxy.port))

    for (const [title, fault] of Object.entries(faults)) {
      load.enter(title, { isUnavailable: true })
      begin(proxy, fault)
      await lasting(3000, 1500)
      proxy.fault = { kind: 'none' }
      load.enter(`after ${title}`, { isUnavailable: true })
      await expectNormalAgain(load)
    }
    load.enter('afterwards')
    await lasting(5000, 500)
    await load.stop()

    for (const [title, fault] of Object.entries(faults))
      expectBounded(load, title, fault.kind === 'delay' ? slowSteps : undefined)
    tell(load, 'afterwards')
    expect(proxy.connections.most).toBeLessThanOrEqual(mostConnections[store.name] ?? 0)
    await expectPromisesKept(load)
    await expectHealthy(apps, reports)
  })
})

function begin(proxy: FaultProxy, fault: Fault): void {
  proxy.fault = fault
  if (fault.kind === 'refuse') proxy.endConnections({ reset: true })
}

test('F4: while a store is silent, requests soon fail without asking it, and it is asked again about once a second', async () => {
  const server = await serverForTest(redis)
  const proxy = await faultProxy({ to: { port: server.port } })
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  const { apps, load } = await loadedScene(redis.environment(proxy.port))
  await lasting(2000, 500)

  load.enter('silence begins', { isUnavailable: true })
  proxy.fault = { kind: 'half-open' }
  await lasting(2000, 1500)
  load.enter('silence', { isUnavailable: true })
  const [made, since] = [proxy.connections.total, performance.now()]
  await lasting(10_000, 3000)
  // Whoever asks a silent store does so on a connection of its own.
  const asked = proxy.connections.total - made
  const seconds = (performance.now() - since) / 1000
  proxy.fault = { kind: 'none' }
  load.enter('after silence', { isUnavailable: true })
  await expectNormalAgain(load)
  await load.stop()

  const { requests, unavailable, p50 } = tell(load, 'silence')
  const before = tell(load, 'before')
  say(`asked ${asked} times in ${seconds.toFixed(1)} s, by ${apps.length} processes`)
  expect(requests).toBeGreaterThan(0)
  expect(unavailable).toBeGreaterThan(0)
  expect(p50).toBeLessThan(100 + before.p50)
  expect(asked / apps.length).toBeGreaterThanOrEqual(Math.floor(seconds / 2))
  expect(asked / apps.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
  await expectPromisesKept(load)
})
