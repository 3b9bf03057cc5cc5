import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { BUS_OFFSET, freePorts } from './free-ports.mjs'

test('free ports differ, and a cluster can have them and those of its bus', async () => {
  const ports = await freePorts(20)
  expect(new Set(ports).size).toBe(20)
  for (const port of ports.flatMap((port) => [port, port + BUS_OFFSET])) {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})
