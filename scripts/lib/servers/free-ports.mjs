import { createServer } from 'node:net'

/**
 * Below the ports that the kernel gives to outgoing connections, or one of those could be in the way by the time a
 * server starts, and clear of the example apps.
 */
const FIRST = 12_000
const LAST = 20_999
/** The members of a Redis Cluster talk to each other on this much higher a port. */
export const BUS_OFFSET = 10_000

/** @type {Set<number>} */
const given = new Set()

/** @param {number} port */
const isFree = (port) =>
  new Promise((/** @type {(free: boolean) => void} */ resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** A port on the loopback interface that nobody has, and that this process has not given out before. */
export async function freePort() {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1))
    if (given.has(port)) continue
    given.add(port)
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port
  }
  throw new Error('There are no free ports.')
}

/** @param {number} count */
export async function freePorts(count) {
  /** @type {number[]} */
  const ports = []
  while (ports.length < count) ports.push(await freePort())
  return ports
}
