import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lenientV3, type V3File, type V3Step, valueOfLine } from '../test-support/v3-vectors.ts'
import { isV3Chunk } from './chunks.ts'
import { readV3Cookie } from './cookie.ts'
import { openV3, sealV3 } from './session.ts'
import type { V3Settings } from './settings.ts'
import { v3RecordName } from './storage-names.ts'
import { refusalOfV3Times, v3Refresh } from './times.ts'

const { flows, vectors }: V3File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-3.10.json', import.meta.url), 'utf8'),
)
const secret = vectors[0]?.secret ?? ''
const facts = { userAgent: 'vector-ua/1.0', scheme: 'http' } as const
const flow = (name: string) => flows.find((one) => one.name === name)!

type Redis = NonNullable<V3Step['redis']>

/** What a cookie opens to beside what Redis holds: its data, or why not. */
async function openIn(settings: V3Settings, redis: Redis, value: string): Promise<unknown> {
  const cookie = readV3Cookie(settings, value)
  if (!cookie.ok) return cookie.refusal
  const record = redis[v3RecordName(settings, 'redis', cookie.value.id)]
  const stored = record && new Uint8Array(Buffer.from(record.valueBase64, 'base64'))
  const opened = await openV3(settings, cookie.value, facts, stored)
  return opened.ok ? JSON.parse(opened.value.data) : opened.refusal
}

describe.each(['default', 'regenerate'] as const)('sessions in Redis with the %s strategy', (strategy) => {
  const settings = lenientV3({ secret, strategy, storage: 'server' })
  const steps = flow(`${strategy}-redis-cbc`).steps ?? []
  const set = steps.map(({ setCookie }) => valueOfLine(setCookie?.[0] ?? ''))
  const redisAfter = (at: number): Redis => steps[at]?.redis ?? {}

  test('open with the cookie and the record of each step', async () => {
    const opened = await Promise.all([0, 1, 3, 4].map((at) => openIn(settings, redisAfter(at), set[at] ?? '')))
    expect(opened).toEqual([{ a: 1 }, { a: 2 }, { a: 2 }, {}])
  })

  test('treat the cookie before the last save as the library does', async () => {
    const before = await openIn(settings, redisAfter(1), set[0] ?? '')
    expect(before).toEqual(strategy === 'regenerate' ? { a: 1 } : 'tampered')
    expect(steps[2]?.present).toBe(strategy === 'regenerate')
  })

  test('are gone after destroy', async () => {
    expect(await openIn(settings, redisAfter(5), set[4] ?? '')).toBe('not-found')
  })

  test('are written to the same bytes', async () => {
    for (const [at, data] of [
      [0, '{"a":1}'],
      [1, '{"a":2}'],
    ] as const) {
      const cookie = readV3Cookie(settings, set[at] ?? '')
      const { id, expires } = cookie.ok ? cookie.value : expect.unreachable()
      const sealed = await sealV3(settings, { id, expires, data }, facts)
      expect(sealed?.cookie).toBe(set[at])
      const record = redisAfter(at)[v3RecordName(settings, 'redis', id)]
      expect(Buffer.from(sealed?.stored ?? []).toString('base64')).toBe(record?.valueBase64)
    }
  })
})

describe('a cookie of no session', () => {
  const settings = lenientV3({ secret })
  const errors = flows.filter(({ name }) => name === 'error')

  test.each(errors.map((error) => [error.in ?? '', error.reason]))('%s is malformed', (value, reason) => {
    expect(readV3Cookie(settings, value)).toEqual({ ok: false, refusal: 'malformed' })
    expect(reason).toBeDefined()
  })

  test('is one with the numbers that the library reads leniently', () => {
    const value = vectors[0]?.cookieValue ?? ''
    expect(readV3Cookie(settings, value).ok).toBe(true)
    const times = ['01795368906', '1795368906.0', ' 1795368906', '0x6b0327ca', '1.7e9', '1795368906:', '179536890']
    for (const time of times) {
      expect(readV3Cookie(settings, value.replace('1795368906', time)), time).toEqual({
        ok: false,
        refusal: 'malformed',
      })
    }
  })
})

test('the two times of a cookie cannot be run together into one', () => {
  const vector = vectors.find(({ name }) => name === 'cbc-default-idletime-cookie')!
  const value = vector.cookieValue
  const settings = lenientV3({ secret, cookie: { idletime: 300 } })
  const withoutIdletime = lenientV3({ secret })
  expect(readV3Cookie(settings, value).ok).toBe(true)
  const joined = value.replace(':', '')
  expect(readV3Cookie(settings, joined)).toEqual({ ok: false, refusal: 'malformed' })
  expect(readV3Cookie(withoutIdletime, joined)).toEqual({ ok: false, refusal: 'malformed' })
  expect(readV3Cookie(withoutIdletime, value)).toEqual({ ok: false, refusal: 'malformed' })
})

test('a touch moves usebefore, and is due after more than a minute', () => {
  const settings = { lifetime: 3600, idletime: 300 }
  const [before, after] = [1_795_365_507, 1_795_365_607].map((usebefore) => ({ expires: 1_795_368_807, usebefore }))
  const now = (after?.usebefore ?? 0) - settings.idletime
  const step = flow('touch-redis-default').steps?.[0]
  expect(step?.cookieIn).toContain(`|${before?.expires}:${before?.usebefore}|`)
  expect(step?.setCookie?.[0]).toContain(`|${after?.expires}:${after?.usebefore}|`)
  expect(v3Refresh(before!, settings, 600, now)).toBe('touch')
  expect(v3Refresh(before!, settings, 600, now - 40)).toBeUndefined()
  expect(v3Refresh(before!, settings, 600, before!.expires - 599)).toBe('save')
  expect(v3Refresh(before!, settings, 600, before!.expires - 3601)).toBe('save')
})

test('a session ends with its times, and none can be set that no server would set', () => {
  const settings = { lifetime: 3600, idletime: 300 }
  const now = 1_795_365_306
  const refusal = (expires: number, usebefore?: number) =>
    refusalOfV3Times({ expires, ...(usebefore !== undefined && { usebefore }) }, settings, now)
  expect(refusal(now + 1)).toBeUndefined()
  expect(refusal(now)).toBe('expired-rolling')
  expect(refusal(now + 3660, now + 1)).toBeUndefined()
  expect(refusal(now + 3661)).toBe('malformed')
  expect(refusal(now + 3600, now)).toBe('expired-idle')
  expect(refusal(now + 3600, now + 361)).toBe('malformed')
})

test('owns its cookie and the numbered ones, and no other', () => {
  const names = [
    'session',
    'session_2',
    'session_10',
    'session_x',
    'sessions',
    'session_1',
    'session_0x10',
    'session_02',
  ]
  expect(names.filter((name) => isV3Chunk('session', name))).toEqual(['session', 'session_2', 'session_10'])
  for (const { in: header = '', out = '' } of flows.filter(({ name }) => name === 'hide')) {
    if (header.includes('0x')) continue
    const left = header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => !isV3Chunk('session', pair.split('=')[0]?.trim() ?? ''))
    expect(left.join('; ')).toBe(out)
  }
})
