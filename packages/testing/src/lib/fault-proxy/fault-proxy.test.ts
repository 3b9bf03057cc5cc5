import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type FaultProxy, type FaultProxyOptions, faultProxy } from './fault-proxy.ts'

/** Answers every byte with the same byte, and knows what it was sent. */
interface EchoServer {
  readonly to: FaultProxyOptions['to']
  readonly heard: () => string
  readonly close: () => Promise<void>
}

async function echoServer(path?: string): Promise<EchoServer> {
  let heard = ''
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      socket.write(bytes)
    })
  })
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  const address = server.address()
  return {
    to: typeof address === 'object' && address ? { port: address.port } : { path: path ?? '' },
    heard: () => heard,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client that remembers what it was answered and how its connection ended. */
interface Client {
  readonly socket: Socket
  readonly answer: () => string
  readonly ended: () => 'open' | 'FIN' | 'RST'
}

const clients: Socket[] = []

function clientOf({ port }: FaultProxy): Client {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  clients.push(socket)
  let answer = ''
  let ended: ReturnType<Client['ended']> = 'open'
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1')
  })
  socket.on('end', () => {
    ended = 'FIN'
  })
  socket.on('error', () => {
    ended = 'RST'
  })
  return { socket, answer: () => answer, ended: () => ended }
}

/** Waits for an answer to be this one. Not `expect.poll`: that lets fake time pass. */
async function expectSoon<T>(ask: () => T, expected: T): Promise<void> {
  const end = process.hrtime.bigint() + 10_000_000_000n
  while (!isDeepStrictEqual(ask(), expected) && process.hrtime.bigint() < end)
    await new Promise((resolve) => setImmediate(resolve))
  expect(ask()).toEqual(expected)
}

let echo: EchoServer
beforeAll(async () => {
  echo = await echoServer()
})
afterEach(() => {
  vi.useRealTimers()
  for (const socket of clients.splice(0)) socket.destroy()
})
afterAll(() => echo.close())

const openProxy = (): Promise<FaultProxy> => faultProxy({ to: echo.to })

/** A client whose connection has carried an answer already. */
async function connected(proxy: FaultProxy): Promise<Client> {
  const client = clientOf(proxy)
  client.socket.write('+')
  await expectSoon(client.answer, '+')
  return client
}

test('without a fault everything passes, and is counted', async () => {
  await using proxy = await openProxy()
  const [one, two] = [clientOf(proxy), clientOf(proxy)]
  one.socket.write('hello')
  two.socket.write('you')
  await expectSoon(() => [one.answer(), two.answer()], ['hello', 'you'])
  expect(proxy.connections).toEqual({ open: 2, most: 2, total: 2 })
  expect(proxy.bytes).toEqual({ 'to-server': 8, 'to-client': 8 })
  one.socket.end()
  await expectSoon(() => proxy.connections, { open: 1, most: 2, total: 2 })
  await expectSoon(one.ended, 'FIN')
})

test('a megabyte passes unharmed', async () => {
  await using proxy = await openProxy()
  const client = clientOf(proxy)
  const sent = 'abcdefg'.repeat(150_000)
  client.socket.write(sent)
  await expectSoon(() => client.answer().length, sent.length)
  expect(client.answer() === sent).toBe(true)
})

test('the server can listen on a unix socket', async () => {
  const local = await echoServer(join(tmpdir(), `fault-proxy-${process.pid}.sock`))
  await using proxy = await faultProxy({ to: local.to })
  await connected(proxy)
  await local.close()
})

test('a server that is not there resets its clients', async () => {
  const gone = await echoServer()
  await gone.close()
  await using proxy = await faultProxy({ to: gone.to })
  await expectSoon(clientOf(proxy).ended, 'RST')
})

test('a server that dies ends the connections of its clients', async () => {
  const mortal = await echoServer()
  await using proxy = await faultProxy({ to: mortal.to })
  const client = await connected(proxy)
  await mortal.close()
  await expectSoon(() => client.ended() !== 'open', true)
})

test('a delay holds replies back for its time, in order, also when it has ended', async () => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  proxy.fault = { kind: 'delay', ms: 300 }
  client.socket.write('a')
  await expectSoon(vi.getTimerCount, 1)
  proxy.fault = { kind: 'none' }
  client.socket.write('b')
  await expectSoon(() => echo.heard().endsWith('ab'), true)
  vi.advanceTimersByTime(299)
  expect(proxy.bytes['to-client']).toBe(1)
  vi.advanceTimersByTime(1)
  await expectSoon(client.answer, '+ab')
})

test('a delay of requests lets a late one arrive although its client has gone', async () => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  proxy.fault = { kind: 'delay', ms: 300, direction: 'to-server' }
  client.socket.write('late')
  await expectSoon(vi.getTimerCount, 1)
  client.socket.destroy()
  await expectSoon(() => proxy.connections.open, 0)
  expect(echo.heard()).not.toMatch(/late/)
  vi.advanceTimersByTime(300)
  await expectSoon(() => echo.heard().endsWith('late'), true)
})

test('jitter adds up to its own time', async () => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  proxy.fault = { kind: 'delay', ms: 300, jitter: 200 }
  client.socket.write('a')
  await expectSoon(vi.getTimerCount, 1)
  vi.advanceTimersByTime(299)
  expect(proxy.bytes['to-client']).toBe(1)
  vi.advanceTimersByTime(201)
  await expectSoon(client.answer, '+a')
})

test('a throttle lets bytes trickle, and the rest at once when it ends', async () => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  proxy.fault = { kind: 'throttle', bytesPerSecond: 1 }
  client.socket.write('slow')
  await expectSoon(client.answer, '+s')
  vi.advanceTimersByTime(1000)
  await expectSoon(client.answer, '+sl')
  vi.advanceTimersByTime(999)
  expect(proxy.bytes['to-client']).toBe(3)
  proxy.fault = { kind: 'none' }
  await expectSoon(client.answer, '+slow')
})

test.each([0, 1, 4, 5])('a cut ends the connection after %i bytes of the reply', async (afterBytes) => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  proxy.fault = { kind: 'cut', afterBytes }
  client.socket.write('reply')
  await expectSoon(client.ended, 'FIN')
  expect(client.answer()).toBe(`+${'reply'.slice(0, afterBytes)}`)
  expect(echo.heard()).toMatch(/reply$/)
})

test('a cut counts what came since it began, for each connection by itself', async () => {
  await using proxy = await openProxy()
  proxy.fault = { kind: 'cut', afterBytes: 4 }
  const [one, two] = [clientOf(proxy), clientOf(proxy)]
  one.socket.write('abc')
  two.socket.write('abc')
  await expectSoon(() => [one.answer(), two.answer()], ['abc', 'abc'])
  expect([one.ended(), two.ended()]).toEqual(['open', 'open'])
  one.socket.write('de')
  await expectSoon(one.ended, 'FIN')
  expect(one.answer()).toBe('abcd')
})

test('a cut can reset the connection', async () => {
  await using proxy = await openProxy()
  const client = await connected(proxy)
  proxy.fault = { kind: 'cut', afterBytes: 2, reset: true }
  client.socket.write('reply')
  await expectSoon(client.ended, 'RST')
})

test('a freeze holds everything back, new connections too, and lets it go on afterwards', async () => {
  await using proxy = await openProxy()
  const old = await connected(proxy)
  proxy.fault = { kind: 'freeze' }
  const young = clientOf(proxy)
  old.socket.write('frozen')
  young.socket.write('iced')
  await expectSoon(() => proxy.connections.open, 2)
  expect(proxy.bytes).toEqual({ 'to-server': 1, 'to-client': 1 })
  proxy.fault = { kind: 'none' }
  await expectSoon(() => [old.answer(), young.answer()], ['+frozen', 'iced'])
  expect(proxy.connections.total).toBe(2)
})

test('half-open connections are accepted, say nothing and stay dead', async () => {
  await using proxy = await openProxy()
  const old = await connected(proxy)
  proxy.fault = { kind: 'half-open' }
  const young = clientOf(proxy)
  await expectSoon(() => proxy.connections.open, 2)
  proxy.fault = { kind: 'none' }
  old.socket.write('lost')
  young.socket.write('lost')
  await connected(proxy)
  expect([old.answer(), young.answer()]).toEqual(['+', ''])
  expect([old.ended(), young.ended()]).toEqual(['open', 'open'])
  expect(proxy.bytes).toEqual({ 'to-server': 2, 'to-client': 2 })
})

test('refused connections are reset and counted, while those there are go on', async () => {
  await using proxy = await openProxy()
  const old = await connected(proxy)
  proxy.fault = { kind: 'refuse' }
  await expectSoon(clientOf(proxy).ended, 'RST')
  old.socket.write('still here')
  await expectSoon(old.answer, '+still here')
  expect(proxy.connections).toEqual({ open: 1, most: 1, total: 2 })
})

test.each([
  { reset: false, end: 'FIN' },
  { reset: true, end: 'RST' },
])('all connections can be ended with $end, and new ones are accepted', async ({ reset, end }) => {
  await using proxy = await openProxy()
  const [one, two] = [await connected(proxy), await connected(proxy)]
  proxy.endConnections({ reset })
  await expectSoon(() => [one.ended(), two.ended()], [end, end])
  expect(proxy.connections.open).toBe(0)
  await connected(proxy)
  expect(proxy.connections).toEqual({ open: 1, most: 2, total: 3 })
})

test('disposing of it ends everything, and can be done twice', async () => {
  const proxy = await openProxy()
  const client = await connected(proxy)
  proxy.fault = { kind: 'freeze' }
  await proxy[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await expectSoon(client.ended, 'RST')
  await expectSoon(clientOf(proxy).ended, 'RST')
})
