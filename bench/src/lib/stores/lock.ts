import { createSessions, HeaderJar, memoryStore } from '@sojourn/core'
import type { SessionStore } from '@sojourn/core/store'
import { memcachedStore } from '@sojourn/memcached'
import { redisStore } from '@sojourn/redis'
import { shmStore } from '@sojourn/shm'
import { cookieHeader } from '../cookies.ts'
import { quantile } from '../median.ts'
import { figure, heading, markdown, times } from '../report.ts'
import { secret } from '../secret.ts'
import { type SessionData, sessionData } from '../session-data.ts'
import { shortOr } from '../short.ts'
import { atMost, type Target } from '../target.ts'
import { patient } from './patient.ts'
import { SpinLock } from './spin-lock.ts'

const CONTENDERS = 20
const ROUNDS = shortOr(2, 10)
/** What a request does while it holds the lock, in milliseconds. */
const WORK = 5

interface Locking {
  readonly name: string
  /** One request of the session; tells when it had the lock. */
  request(onLocked: () => void): Promise<void>
  close(): Promise<void>
}

const work = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WORK))

/** `start()` waits for the lock, `save()` frees it. */
async function locked(name: string, store: SessionStore): Promise<Locking> {
  const sessions = createSessions<SessionData>({ secret, store: patient(store), lock: { wait: 30 } })
  const jar = new HeaderJar(null)
  const first = await sessions.start({ jar })
  first.data = sessionData(1024)
  await first.save()
  await first.close()
  const header = cookieHeader(jar.lines)
  return {
    name,
    async request(onLocked) {
      const session = await sessions.start({ jar: new HeaderJar(header) })
      onLocked()
      await work()
      session.data.visits = (session.data.visits ?? 0) + 1
      await session.save()
      await session.close()
    },
    close: async () => store[Symbol.asyncDispose]?.(),
  }
}

/** As lua-resty-session 3 does it. */
async function spinning(port: number): Promise<Locking> {
  const lock = await SpinLock.connect(port, JSON.stringify(sessionData(1024)))
  return {
    name: 'Redis, spin lock of 150 ms',
    request: (onLocked) =>
      lock.hold(async () => {
        onLocked()
        await work()
      }),
    close: () => lock.close(),
  }
}

/** How long each of 20 requests at once waits, in milliseconds. */
async function waits({ request }: Locking): Promise<number[]> {
  const waited: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    await Promise.all(
      Array.from({ length: CONTENDERS }, () => request(() => void waited.push(performance.now() - began))),
    )
  }
  return waited
}

/** Requests of one session that come at the same time and wait for each other. */
export async function lock(redisPort: number, memcachedPort: number, folder: string): Promise<Target[]> {
  heading(`Lock: ${CONTENDERS} requests of one session at once, each holds it for ${WORK} ms`)
  const spin = await spinning(redisPort)
  const redis = await locked('sojourn (Redis)', redisStore({ port: redisPort }))
  const others = [
    await locked('sojourn (memcached)', memcachedStore({ port: memcachedPort })),
    await locked('sojourn (shm)', shmStore({ path: folder, name: 'lock' })),
    await locked('sojourn (memory)', memoryStore({ name: 'lock' })),
  ]
  const measured = new Map<Locking, number[]>()
  for (const locking of [spin, redis, ...others]) measured.set(locking, await waits(locking))
  await Promise.all([...measured.keys()].map((locking) => locking.close()))

  const waited = (locking: Locking, share: number): number => quantile(measured.get(locking) ?? [], share)
  const ofSpin = (locking: Locking, share: number): number => waited(locking, share) / waited(spin, share)
  markdown(
    ['', 'p50 of the spin lock', 'p99 of the spin lock', 'here: p50 ms', 'p99 ms'],
    [...measured.keys()].map((locking) => [
      locking.name,
      times(ofSpin(locking, 0.5)),
      times(ofSpin(locking, 0.99)),
      figure(waited(locking, 0.5)),
      figure(waited(locking, 0.99)),
    ]),
  )
  return [atMost(1 / 3, 'x', 'lock: p99 of the wait, of a spin lock of 150 ms', ofSpin(redis, 0.99))]
}
