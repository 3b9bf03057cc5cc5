import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { StoreRefusedError } from '@sojourn/core/store'
import { type FaultProxy, faultProxy } from '@sojourn/testing/faults'
import { expect, test } from 'vitest'
import type { Answer } from './answer.ts'
import { checkedOptions, type DshmStoreOptions } from './options.ts'
import { Pool } from './pool.ts'
import { getRequest } from './request.ts'
import { type ProtocolServer, protocolServer } from './test-support/protocol-server.ts'

interface Scene extends AsyncDisposable {
  readonly server: ProtocolServer
  readonly proxy: FaultProxy
  readonly pool: Pool
  /** A step that asks for this key. */
  readonly ask: (key?: string, signal?: AbortSignal) => Promise<Answer>
}

/** A pool that reaches its server through a proxy. */
async function open(options: DshmStoreOptions = {}): Promise<Scene> {
  const server = await protocolServer()
  const proxy = await faultProxy({ to: server })
  const pool = new Pool(checkedOptions({ port: proxy.port, poolIdle: 60_000, ...options }))
  return {
    server,
    proxy,
    pool,
    ask: (key = 'k', signal = undefined) => pool.ask(getRequest(key), (answer) => answer, { signal }),
    async [Symbol.asyncDispose](): Promise<void> {
      pool.dispose()
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const eventually = { timeout: 10_000, interval: 5 }
const missing: Answer = { kind: 'error', reason: 'not_found' }
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

/** How many of these came out well, and what the others failed with. */
async function outcomes(steps: readonly Promise<unknown>[]): Promise<{ readonly good: number; readonly bad: Error[] }> {
  const settled = await Promise.allSettled(steps)
  const bad = settled.flatMap((step) => (step.status === 'rejected' ? [step.reason as Error] : []))
  return { good: settled.length - bad.length, bad }
}

test('steps one after the other share one connection', async () => {
  await using scene = await open()
  for (let n = 0; n < 5; n++) expect(await scene.ask()).toEqual(missing)
  expect(scene.server.connections.total).toBe(1)
})

test('steps at the same time have connections of their own, up to poolSize, and the others wait for one', async () => {
  await using scene = await open({ poolSize: 3, poolBacklog: 20 })
  expect(await Promise.all(many(20, (n) => scene.ask(`k${n}`)))).toEqual(Array(20).fill(missing))
  expect(scene.proxy.connections).toMatchObject({ most: 3, total: 3 })
  expect([...scene.server.requests].sort()).toEqual(many(20, (n) => `GET k${n}`).sort())
})

test('steps beyond the backlog are refused at once, by an error that names the options', async () => {
  await using scene = await open({ poolSize: 2, poolBacklog: 3 })
  scene.proxy.fault = { kind: 'freeze' }
  const steps = many(5, () => scene.ask())
  await expect(scene.ask()).rejects.toThrow(StoreRefusedError)
  await expect(scene.ask()).rejects.toThrow(/2 connections .* busy and 3 steps wait.* poolSize or poolBacklog/)
  scene.proxy.fault = { kind: 'none' }
  expect(await outcomes(steps)).toEqual({ good: 5, bad: [] })
})

test('without a backlog no step waits', async () => {
  await using scene = await open({ poolSize: 1, poolBacklog: 0 })
  const first = scene.ask()
  await expect(scene.ask()).rejects.toThrow(StoreRefusedError)
  expect(await first).toEqual(missing)
})

test('a step that is given up while it waits is never sent, and leaves its place to another', async () => {
  await using scene = await open({ poolSize: 1, poolBacklog: 1 })
  scene.proxy.fault = { kind: 'freeze' }
  const first = scene.ask('first')
  const impatient = new AbortController()
  const second = scene.ask('second', impatient.signal)
  impatient.abort(new Error('gave up'))
  await expect(second).rejects.toThrow('gave up')
  const third = scene.ask('third')
  scene.proxy.fault = { kind: 'none' }
  expect(await Promise.all([first, third])).toEqual([missing, missing])
  expect(scene.server.requests).toEqual(['GET first', 'GET third'])
  expect(scene.proxy.connections.total).toBe(1)
})

test('a step that is given up under way takes its connection along, and who waits gets a new one', async () => {
  await using scene = await open({ poolSize: 1, poolBacklog: 1 })
  await scene.ask()
  scene.proxy.fault = { kind: 'freeze' }
  const impatient = new AbortController()
  const first = scene.ask('first', impatient.signal)
  const second = scene.ask('second')
  impatient.abort(new Error('gave up'))
  await expect(first).rejects.toThrow('gave up')
  scene.proxy.fault = { kind: 'none' }
  expect(await second).toEqual(missing)
  expect(scene.proxy.connections.total).toBe(2)
})

test('a step that is given up at the moment it is given a connection is not sent', async () => {
  await using scene = await open({ poolSize: 1, poolBacklog: 2 })
  const impatient = new AbortController()
  const giveUp = (): void => impatient.abort(new Error('gave up'))
  const first = scene.pool.ask(getRequest('first'), () => queueMicrotask(giveUp), undefined)
  const second = scene.ask('second', impatient.signal)
  const third = scene.ask('third')
  await expect(second).rejects.toThrow('gave up')
  await first
  expect(await third).toEqual(missing)
  expect(scene.server.requests).toEqual(['GET first', 'GET third'])
})

test('a connection that nobody uses is closed after poolIdle', async () => {
  await using scene = await open({ poolIdle: 20 })
  await scene.ask()
  await expect.poll(() => scene.pool.isConnected, eventually).toBe(false)
  await expect.poll(() => scene.proxy.connections.open, eventually).toBe(0)
  expect(await scene.ask()).toEqual(missing)
  expect(scene.proxy.connections.total).toBe(2)
})

test('a step may take longer than poolIdle', async () => {
  await using scene = await open({ poolIdle: 20 })
  await scene.ask()
  scene.proxy.fault = { kind: 'delay', ms: 100 }
  expect(await scene.ask()).toEqual(missing)
})

test('a connection that the server closes while nobody uses it is forgotten', async () => {
  await using scene = await open()
  await scene.ask()
  expect(scene.pool.isConnected).toBe(true)
  scene.proxy.endConnections()
  await expect.poll(() => scene.pool.isConnected, eventually).toBe(false)
  expect(await scene.ask()).toEqual(missing)
})

test('a connection on which something comes that nobody asked for is closed', async () => {
  const chatty = await protocolServer({ answer: (line) => (line === 'GET twice' ? 'DONE\r\n'.repeat(2) : undefined) })
  await using proxy = await faultProxy({ to: chatty })
  const pool = new Pool(checkedOptions({ port: proxy.port }))
  proxy.fault = { kind: 'throttle', bytesPerSecond: 300 }
  expect(await pool.ask(getRequest('twice'), (answer) => answer, undefined)).toEqual({ kind: 'done' })
  await expect.poll(() => pool.isConnected, eventually).toBe(false)
  pool.dispose()
  await chatty[Symbol.asyncDispose]()
})

test.each([false, true])('steps fail when the server ends their connection (reset: %s)', async (reset) => {
  await using scene = await open()
  await scene.ask()
  scene.proxy.fault = { kind: 'freeze' }
  const step = scene.ask()
  scene.proxy.endConnections({ reset })
  await expect(step).rejects.toThrow()
})

test('steps fail at once while there is no server, those that wait as well, and go on when it is there', async () => {
  await using scene = await open({ poolSize: 2, poolBacklog: 8 })
  scene.proxy.fault = { kind: 'refuse' }
  const { good, bad } = await outcomes(many(10, () => scene.ask()))
  expect([good, bad.length]).toEqual([0, 10])
  expect(scene.proxy.connections.total).toBe(10)
  expect(scene.pool.isConnected).toBe(false)
  scene.proxy.fault = { kind: 'none' }
  expect(await scene.ask()).toEqual(missing)
  expect(scene.pool.isConnected).toBe(true)
})

test('the port of a server that is not there is named by the error', async () => {
  const gone = await protocolServer()
  await gone[Symbol.asyncDispose]()
  const pool = new Pool(checkedOptions({ port: gone.port }))
  const step = pool.ask(getRequest('k'), (answer) => answer, undefined)
  await expect(step).rejects.toThrow(`ECONNREFUSED 127.0.0.1:${gone.port}`)
})

test('reconnect fails what is under way, and lets what waits go on over new connections', async () => {
  await using scene = await open({ poolSize: 2, poolBacklog: 2 })
  scene.proxy.fault = { kind: 'half-open' }
  const underWay = many(2, () => scene.ask('lost'))
  const waiting = many(2, () => scene.ask('found'))
  await expect.poll(() => scene.proxy.connections.open, eventually).toBe(2)
  scene.proxy.fault = { kind: 'none' }
  scene.pool.reconnect()
  expect((await outcomes(underWay)).bad.map(String)).toEqual(Array(2).fill('Error: The connection was given up.'))
  expect(await Promise.all(waiting)).toEqual([missing, missing])
  expect(scene.server.requests).toEqual(['GET found', 'GET found'])
})

test('disposing fails what is under way, what waits and what comes later, and closes every connection', async () => {
  await using scene = await open({ poolSize: 1, poolBacklog: 1 })
  scene.proxy.fault = { kind: 'freeze' }
  const steps = [scene.ask(), scene.ask()]
  scene.pool.dispose()
  scene.pool.dispose()
  const { bad } = await outcomes([...steps, scene.ask()])
  expect(bad.map(String)).toEqual(Array(3).fill('Error: The dshm store was disposed of.'))
  await expect.poll(() => scene.proxy.connections.open, eventually).toBe(0)
})

/** A server that has stopped accepting: its process is stuck, and the queue in front of it is full. */
const stuckServer = `
  const { createServer } = require('node:net')
  const { parentPort } = require('node:worker_threads')
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

test('a connection that is not accepted within connectTimeout is given up', async () => {
  const worker = new Worker(stuckServer, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  const queue = many(8, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}))
  await expect.poll(() => queue.filter((socket) => !socket.connecting).length, eventually).toBeGreaterThan(0)
  const pool = new Pool(checkedOptions({ port, connectTimeout: 50 }))
  const step = pool.ask(getRequest('k'), (answer) => answer, undefined)
  expect(pool.isConnected).toBe(false)
  await expect(step).rejects.toThrow('No connection within 50 ms.')
  for (const socket of queue) socket.destroy()
  await worker.terminate()
})
