import { startDshm } from '../../../../scripts/lib/servers/dshm.mjs'
import { startMemcached } from '../../../../scripts/lib/servers/memcached.mjs'
import { startRedis } from '../../../../scripts/lib/servers/redis.mjs'
import { say } from '../report.ts'

/** Starts a server for nothing but `use`; one that this machine does not have is named. */
async function withServer<Server extends { stop(): Promise<void> }>(
  start: () => Promise<Server>,
  use: (server: Server) => Promise<void>,
): Promise<void> {
  let server: Server
  try {
    server = await start()
  } catch (error) {
    say(`Left out, for there is no server: ${error}`)
    return
  }
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}

type UsePort = (port: number) => Promise<void>

/** All on the loopback interface, with nothing on disk. */
export const withRedis = (use: UsePort): Promise<void> => withServer(startRedis, ({ port }) => use(port))

export const withMemcached = (use: UsePort): Promise<void> =>
  withServer(
    () => startMemcached({ args: ['-m', '256'] }),
    ({ port }) => use(port),
  )

/** Two members, of which the first is asked. */
export const withDshm = (use: UsePort): Promise<void> => withServer(startDshm, ({ ports: [port] }) => use(port))
