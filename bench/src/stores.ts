import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markdown, say } from './lib/report.ts'
import { isShort } from './lib/short.ts'
import { dshm } from './lib/stores/dshm.ts'
import { inThisHost } from './lib/stores/in-this-host.ts'
import { lock } from './lib/stores/lock.ts'
import { memcached } from './lib/stores/memcached.ts'
import { redis } from './lib/stores/redis.ts'
import { withDshm, withMemcached, withRedis } from './lib/stores/servers.ts'
import { shm } from './lib/stores/shm.ts'
import { subjects } from './lib/stores/subjects.ts'
import { reportTargets, type Target } from './lib/target.ts'

/** Sessions in a store: each beside the raw client and the libraries that people use today, on the same server. */
export async function stores(): Promise<Target[]> {
  say(
    'Figures are times of the unit beside them, medians of interleaved rounds. µs and req/s are of this machine, now.',
  )
  say('CPU is that of the process that asks, without the server.')
  if (isShort) say('SHORT: this run shows that everything works, not how fast.')
  const targets: Target[] = []
  const folder = memoryFolder()
  await withRedis(async (port) => void targets.push(...(await redis(port))))
  await withMemcached(async (port) => void targets.push(...(await memcached(port))))
  await inThisHost(folder)
  await withDshm(dshm)
  targets.push(...(await shm(folder)))
  await withRedis(async (redisPort) => {
    await withMemcached(async (memcachedPort) => {
      targets.push(...(await lock(redisPort, memcachedPort, folder)))
      await subjects(redisPort, memcachedPort, folder)
    })
  })
  reportTargets(targets, markdown)
  return targets
}

/** A folder in memory that is gone when this process is, however it ends: what is left there takes memory for good. */
function memoryFolder(): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sojourn-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  return folder
}
