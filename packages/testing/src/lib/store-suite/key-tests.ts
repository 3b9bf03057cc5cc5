import type { Bytes, SessionStore, Stored } from '@sojourn/core'
import { expect } from 'vitest'
import { randomText, type StoreTestGroup } from './stage.ts'
import { has } from './write-tests.ts'

/** Ids that no engine makes, because it hashes them; what a hole above the store could hand down. */
const hostileIds: readonly string[] = [
  '',
  '*',
  '?',
  '.',
  '..',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'case',
  'CASE',
  'two words',
  'twowords',
  ' a',
  'a ',
  'tab\ttab',
  'nul\0nul',
  'line\nline',
  'lineline',
  'line\r\nflush_all\r\n',
  'line\r\n*1\r\n$8\r\nFLUSHALL\r\n',
  'a 0 0 1\r\nx\r\ndelete a',
  '{tag}',
  'a:b:c',
  'a:b::c',
  'a.lock',
  'ключ',
  ':;NG', // the low bytes of the one above
  '\u{1f36a}',
  `${'long'.repeat(60)}-1`,
  `${'long'.repeat(60)}-2`,
  `${'long'.repeat(1000)}-1`,
  `${'long'.repeat(1000)}-2`,
]

/** What a key leads to, or `refused`. A store may refuse a key as long as it says so by throwing. */
async function tryKey<T>(use: () => Promise<T>): Promise<T | 'refused'> {
  try {
    return await use()
  } catch {
    return 'refused'
  }
}

async function readId(store: SessionStore, id: string): Promise<Stored | 'refused' | undefined> {
  return await tryKey(async () => await store.read(store.keyOf(id)))
}

export const keyTests: StoreTestGroup = {
  title: 'keeps keys apart',
  tests: [
    {
      title: 'one for each id, the same on every handle',
      async run({ first, second }) {
        const ids = Array.from({ length: 1000 }, () => randomText(43))
        const keys = ids.map((id) => first.keyOf(id))
        expect(new Set(keys).size).toBe(1000)
        expect(ids.map((id) => second.keyOf(id))).toEqual(keys)
      },
    },
    {
      title: 'also hostile ones: each is refused, or kept exactly and apart from all others',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [canary, truth] = [newKey(), newValue()]
        await first.write(canary, truth, inSeconds(60), 'absent')
        const suffix = randomText(8) // a run of its own on a server that outlives it
        const ids = hostileIds.flatMap((id) => [id, `${id}${suffix}`])

        const kept = new Map<string, Bytes>()
        for (const id of ids) {
          const value = newValue()
          const written = await tryKey(async () => await first.write(first.keyOf(id), value, inSeconds(60), 'any'))
          if (written !== 'refused') kept.set(id, value)
        }
        for (const id of ids) {
          const found = await readId(second, id)
          expect(found === 'refused' ? found : found?.bytes, JSON.stringify(id)).toEqual(kept.get(id) ?? 'refused')
        }

        expect((await second.read(canary))?.bytes).toEqual(truth)
        for (const id of kept.keys()) await first.delete(first.keyOf(id))
        for (const id of kept.keys()) expect(await has(second, second.keyOf(id)), JSON.stringify(id)).toBe(false)
        expect((await second.read(canary))?.bytes).toEqual(truth)
      },
    },
    {
      title: 'and finds nothing under the names that objects have by themselves',
      async run({ first, inSeconds, newValue }) {
        for (const id of ['__proto__', 'constructor', 'toString']) {
          await tryKey(async () => await first.delete(first.keyOf(id)))
          const found = await readId(first, id)
          expect(found === 'refused' ? undefined : found, id).toBeUndefined()
          const written = await tryKey(
            async () => await first.write(first.keyOf(id), newValue(), inSeconds(-10), 'absent'),
          )
          expect(written === 'refused' || written.ok, id).toBe(true)
        }
      },
    },
  ],
}
