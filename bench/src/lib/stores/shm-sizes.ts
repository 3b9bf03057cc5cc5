import { readdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createSessions, HeaderJar, memoryStore } from '@sojourn/core'
import type { SessionStore } from '@sojourn/core/store'
import { shmStore } from '@sojourn/shm'
import { quantile } from '../median.ts'
import { figure, heading, markdown, say, times } from '../report.ts'
import { secret } from '../secret.ts'
import { type SessionData, sessionData } from '../session-data.ts'
import { shortOr } from '../short.ts'
import { atMost, type Target } from '../target.ts'
import { farAway } from './counted.ts'

const COUNTS = shortOr([5_000, 50_000], [100_000, 1_000_000])
const SAMPLES = shortOr(5_000, 50_000)
const AT_ONCE = 32
const SPACE = 4 * 1024 ** 3
/** One level more in a tree is expected, anything that grows with the number of sessions is not. */
const FLAT = 1.5

/** Whether a session costs the same among many: from 100,000 to 1,000,000, records as long as those of 1 KB of JSON. */
export async function flatness(path: string): Promise<Target[]> {
  heading('shm: sessions of 1 KB, one process, get + compare-and-set one after another')
  const { bavail, bsize } = statfsSync(path)
  if (bavail * bsize < SPACE) {
    say(`Left out: ${path} has no room for ${figure(SPACE / 1024 ** 3)} GiB.`)
    return []
  }
  const record = await recordOfOneKilobyte()
  const store = shmStore({ path, size: SPACE })
  const rows: string[][] = []
  const medians: number[] = []
  let held = 0
  for (const count of COUNTS) {
    const began = performance.now()
    await fill(store, record, held, count)
    const perSecond = ((count - held) * 1000) / (performance.now() - began)
    held = count
    const took = await replaceSome(store, count)
    medians.push(quantile(took, 0.5))
    rows.push([
      figure(count),
      figure(perSecond),
      figure(quantile(took, 0.5)),
      figure(quantile(took, 0.99)),
      figure(octetsIn(path) / count),
    ])
  }
  await store[Symbol.asyncDispose]()
  markdown(['sessions', 'created/s', 'p50 µs', 'p99 µs', 'bytes each'], rows)
  say(`A record of 1 KB of JSON is ${record.length} bytes, sealed.`)
  const growth = (medians[1] ?? Number.NaN) / (medians[0] ?? Number.NaN)
  return [{ ...atMost(FLAT, 'x', 'shm: p50 among ten times as many sessions', growth), note: times(growth) }]
}

/** What the store is handed for a session of 1 KB. */
async function recordOfOneKilobyte(): Promise<Uint8Array<ArrayBuffer>> {
  let record: Uint8Array<ArrayBuffer> = new Uint8Array()
  const memory = memoryStore({ name: 'one record' })
  const store: SessionStore = {
    ...memory,
    write: (key, bytes, ...others) => {
      record = bytes
      return memory.write(key, bytes, ...others)
    },
  }
  const session = await createSessions<SessionData>({ secret, store }).open({ jar: new HeaderJar(null) })
  session.data = sessionData(1024)
  await session.save()
  return record
}

const keyOf = (session: number): string => `a-key-as-long-as-that-of-a-session-${session}`.slice(-43)

async function fill(store: SessionStore, record: Uint8Array<ArrayBuffer>, from: number, to: number): Promise<void> {
  let next = from
  const work = async (): Promise<void> => {
    while (next < to) await store.write(keyOf(next++), record, farAway(), 'absent')
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** Microseconds of each, of sessions picked at random. */
async function replaceSome(store: SessionStore, count: number): Promise<number[]> {
  const took: number[] = []
  for (let done = 0; done < SAMPLES; done++) {
    const key = keyOf(Math.floor(Math.random() * count))
    const before = performance.now()
    const found = await store.read(key)
    if (!found) throw new Error('A session is missing: it was evicted.')
    await store.write(key, found.bytes, farAway(), found.revision)
    took.push((performance.now() - before) * 1000)
  }
  return took
}

/** What the files really take. */
function octetsIn(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * 512, 0)
}
