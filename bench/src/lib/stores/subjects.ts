import { createSessions, HeaderJar, memoryStore, type Sessions } from '@sojourn/core'
import type { SessionStore } from '@sojourn/core/store'
import { memcachedStore } from '@sojourn/memcached'
import { redisStore } from '@sojourn/redis'
import { shmStore } from '@sojourn/shm'
import { cookieHeader } from '../cookies.ts'
import { median } from '../median.ts'
import { figure, heading, markdown, times } from '../report.ts'
import { secret } from '../secret.ts'
import { type SessionData, sessionData } from '../session-data.ts'
import { shortOr } from '../short.ts'
import { patient } from './patient.ts'

const COUNTS = [1, 10, 1000] as const
const REGENERATIONS = shortOr(5, 50)
const LISTINGS = shortOr(3, 20)

async function signedIn(sessions: Sessions<SessionData>, subject: string): Promise<string> {
  const jar = new HeaderJar(null)
  const session = await sessions.open({ jar })
  session.data = sessionData(1024)
  await session.signIn(subject)
  return cookieHeader(jar.lines)
}

/** Milliseconds, the median of so many times. */
async function took(count: number, run: () => Promise<unknown>): Promise<number> {
  const samples: number[] = []
  for (let done = 0; done < count; done++) {
    const before = performance.now()
    await run()
    samples.push(performance.now() - before)
  }
  return median(samples)
}

interface Cost {
  readonly regenerate: number
  readonly list: number
}

async function costAmong(count: number, sessions: Sessions<SessionData>): Promise<Cost> {
  const subject = `${count} sessions`
  let header = ''
  for (let made = 0; made < count; made++) header = await signedIn(sessions, subject)
  const list = await took(LISTINGS, async () => {
    const { length } = await sessions.list(subject)
    if (length !== count) throw new Error(`${length} of ${count} sessions are listed.`)
  })
  const regenerate = await took(REGENERATIONS, async () => {
    const jar = new HeaderJar(header)
    const session = await sessions.open({ jar })
    await session.regenerate()
    header = cookieHeader(jar.lines)
  })
  return { regenerate, list }
}

/** What a new id and a list of sessions cost somebody with 1, 10 and 1,000 sessions. */
export async function subjects(redisPort: number, memcachedPort: number, folder: string): Promise<void> {
  heading('Subjects with 1, 10 and 1,000 sessions of 1 KB: milliseconds, and times of one session')
  const stores: SessionStore[] = [
    redisStore({ port: redisPort, prefix: 'subjects' }),
    memcachedStore({ port: memcachedPort, prefix: 'subjects' }),
    shmStore({ path: folder, name: 'subjects', size: '64m' }),
    memoryStore({ name: 'subjects' }),
  ]
  const rows: string[][] = []
  for (const store of stores) {
    const sessions = createSessions<SessionData>({ secret, store: patient(store) })
    const costs: Cost[] = []
    for (const count of COUNTS) costs.push(await costAmong(count, sessions))
    for (const verb of ['regenerate', 'list'] as const) {
      const alone = costs[0]?.[verb] ?? Number.NaN
      const cells = costs.map((cost) => `${figure(cost[verb])} (${times(cost[verb] / alone)})`)
      rows.push([`${store.name}: ${verb === 'list' ? 'list' : 'open + regenerate'}`, ...cells])
    }
    await store[Symbol.asyncDispose]?.()
  }
  markdown(['', ...COUNTS.map((count) => figure(count))], rows)
}
