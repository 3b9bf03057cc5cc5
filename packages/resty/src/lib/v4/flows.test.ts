import { readFileSync } from 'node:fs'
import type { ClientFacts } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import type { V4File, V4Flow } from '../test-support/v4-vectors.ts'
import { countV4Chunks, splitV4, v4ChunkName } from './chunks.ts'
import { v4Entry, v4Payload } from './entries.ts'
import { hasFlag, V4_FLAGS } from './flags.ts'
import { v4Format } from './format.ts'
import { v4HeaderProperties, v4Headers } from './headers.ts'
import { openV4, touchV4, verifyV4 } from './open.ts'
import { sealV4 } from './seal.ts'
import { refusalOfV4Times, v4RecordTtl, v4Refresh, v4Remaining } from './times.ts'

const { flows, vectors }: V4File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-4.1.5.json', import.meta.url), 'utf8'),
)
const flow = (name: string): V4Flow => flows.find((one) => one.name === name)!
const facts: ClientFacts = {}
const timeouts = { idling: 900, rolling: 3600, absolute: 86_400 }
const secret = 'RaJKp8UQW1'
const format = v4Format({ secret })
const basic = vectors.find(({ name }) => name === 'cookie-basic')!.cookieValue
const id = Uint8Array.from({ length: 32 }, (_, at) => at)
const now = 1_795_365_306
const entries = [v4Entry({ audience: 'default', data: '{"v":"v"}' })]

const valueOfPair = (pair: string | undefined): string => pair?.slice(pair.indexOf('=') + 1).split(';')[0] ?? ''

/** The answer of the whole decoder to a cookie at a time. */
async function outcomeOf(value: string, at = now): Promise<string> {
  const cookie = await verifyV4(format, value, facts)
  if (!cookie.ok) return cookie.refusal
  const opened = await openV4(format, cookie.value)
  return opened.ok ? (refusalOfV4Times(cookie.value.header, timeouts, at) ?? v4Payload(opened.value)) : opened.refusal
}

describe('refresh', () => {
  const refusals: Readonly<Record<string, string>> = {
    IDLING_TIMEOUT: 'expired-idle',
    ROLLING_TIMEOUT: 'expired-rolling',
    ABSOLUTE_TIMEOUT: 'expired-absolute',
  }

  test.each(flows.filter(({ name }) => name.startsWith('refresh-')))('$name: does as the library did', async (one) => {
    const at = one.now ?? 0
    const cookie = await verifyV4(format, valueOfPair(one.cookieIn), facts)
    const { header } = cookie.ok ? cookie.value : expect.unreachable()
    const [[, , reason] = [], [, left] = []] = one.results ?? []
    if (one.name === 'refresh-future-creation') {
      // 500 seconds ahead: the library honours it.
      expect(refusalOfV4Times(header, timeouts, at)).toBe('malformed')
      return
    }
    expect(refusalOfV4Times(header, timeouts, at)).toBe(reason === undefined ? undefined : refusals[`${reason}`])
    if (reason !== undefined) return
    expect(v4Remaining(header, timeouts, at).least).toBe(left)
    const touched = valueOfPair(one.rawSetCookie?.[0])
    expect(v4Refresh(header, timeouts, 60, at)).toBe(touched ? 'touch' : undefined)
    if (touched && cookie.ok) expect(await touchV4(format, cookie.value, at, facts)).toBe(touched)
  })

  test('saves after more than three quarters of the rolling timeout, and touches after more than a minute', () => {
    const offsets = { began: now, rollingOffset: 0, idlingOffset: 2690 }
    expect(v4Refresh(offsets, timeouts, 60, now + 2700)).toBeUndefined()
    expect(v4Refresh(offsets, timeouts, 60, now + 2701)).toBe('save')
    expect(v4Refresh({ ...offsets, idlingOffset: 0 }, timeouts, 60, now + 60)).toBeUndefined()
    expect(v4Refresh({ ...offsets, idlingOffset: 0 }, timeouts, 60, now + 61)).toBe('touch')
    expect(v4Refresh({ ...offsets, idlingOffset: 2990 }, { ...timeouts, rolling: 0 }, 60, now + 3000)).toBeUndefined()
  })
})

test('a timeout includes its last second, and 0 is none', () => {
  const offsets = { began: now, rollingOffset: 100, idlingOffset: 10 }
  const refusal = (at: number, off: Partial<typeof timeouts> = {}) =>
    refusalOfV4Times(offsets, { ...timeouts, ...off }, at)
  expect(refusal(now + 110 + 900)).toBeUndefined()
  expect(refusal(now + 110 + 901)).toBe('expired-idle')
  expect(refusal(now + 100 + 3600, { idling: 0 })).toBeUndefined()
  expect(refusal(now + 100 + 3601, { idling: 0 })).toBe('expired-rolling')
  expect(refusal(now + 86_400, { idling: 0, rolling: 0 })).toBeUndefined()
  expect(refusal(now + 86_401, { idling: 0, rolling: 0 })).toBe('expired-absolute')
  expect(refusal(now + 1e9, { idling: 0, rolling: 0, absolute: 0 })).toBeUndefined()
  expect(refusal(now + 49)).toBe('malformed')
  expect(refusal(now + 50)).toBeUndefined()
  expect(v4Remaining(offsets, { idling: 0, rolling: 0, absolute: 0 }, now).least).toBeUndefined()
})

test('a record is kept no longer than the session, which the library forgets', () => {
  const before = flow('store-ttl-near-absolute(400s left)').redis ?? {}
  expect(Object.values(before).map(({ ttl }) => ttl)).toContain(3600)
  expect(v4RecordTtl(now - 86_000, timeouts, now)).toBe(400)
  expect(v4RecordTtl(now, timeouts, now)).toBe(3600)
  expect(v4RecordTtl(now - 90_000, timeouts, now)).toBe(1)
  expect(v4RecordTtl(now, { idling: 0, rolling: 0, absolute: 0 }, now)).toBe(400 * 86_400)
})

describe('fallback secrets', async () => {
  const old = v4Format({ secret: 'old secret' })
  const rotated = v4Format({ secret: ['new secret', 'old secret'] })
  const content = { id, began: now, now, entries }
  const cookie = (await sealV4(old, content, facts))?.cookie ?? ''

  test('open, and a touch keeps them', async () => {
    const verified = await verifyV4(rotated, cookie, facts)
    const { value } = verified.ok ? verified : expect.unreachable()
    expect(value.secretIndex).toBe(1)
    expect(await openV4(rotated, value)).toMatchObject({ ok: true })
    const touched = await touchV4(rotated, value, now + 100, facts)
    expect(flow('fallback-open-touch')).toMatchObject({ touchedMacKey: 'old secret' })
    expect(await verifyV4(old, touched, facts)).toMatchObject({ ok: true, value: { header: { idlingOffset: 100 } } })
  })

  test('do not write', async () => {
    const saved = (await sealV4(rotated, content, facts))?.cookie ?? ''
    expect(await verifyV4(old, saved, facts)).toEqual({ ok: false, refusal: 'tampered' })
    expect(await verifyV4(rotated, saved, facts)).toMatchObject({ ok: true, value: { secretIndex: 0 } })
  })

  test('are needed', async () => {
    expect(flow('no-fallback').results).toEqual([[true, null, 'BAD_MAC']])
    expect(await verifyV4(v4Format({ secret: 'new secret' }), cookie, facts)).toEqual({
      ok: false,
      refusal: 'tampered',
    })
  })

  test('can be key material', async () => {
    const ikm = Uint8Array.from({ length: 32 }, (_, at) => at)
    const sealed = (await sealV4(v4Format({ secret: { ikm } }), content, facts))?.cookie ?? ''
    expect(await verifyV4(v4Format({ secret: ['x', { ikm }] }), sealed, facts)).toMatchObject({ ok: true })
  })
})

test('a cookie of no session is refused like the library does, or more strictly', async () => {
  const head = (change: (bytes: Buffer) => void): string => {
    const bytes = Buffer.from(basic.slice(0, 110), 'base64url')
    change(bytes)
    return bytes.toString('base64url') + basic.slice(110)
  }
  expect(await outcomeOf(basic)).toBe('[[{"n":42,"user":"alice"},"default"]]')
  expect(await outcomeOf(`*${basic.slice(1)}`)).toBe('malformed')
  expect(await outcomeOf(head((bytes) => bytes.writeUInt8(2, 0)))).toBe('malformed')
  expect(await outcomeOf(head((bytes) => bytes.writeUInt16LE(V4_FLAGS.storage, 1)))).toBe('malformed')
  expect(await outcomeOf(head((bytes) => bytes.writeUInt16LE(0x8000, 1)))).toBe('malformed')
  expect(await outcomeOf('A'.repeat(110))).toBe('malformed')
  // The library judges the times before the MAC, and answers ABSOLUTE_TIMEOUT.
  expect(await outcomeOf(`AQ${'A'.repeat(108)}`)).toBe('tampered')
  expect(await outcomeOf(`${basic.slice(0, -2)}AA`)).toBe('tampered')
  // The library ignores what is between header and payload.
  expect(flow('inserted-garbage-between-header-and-payload').results).toEqual([[true, true]])
  expect(await outcomeOf(`${basic.slice(0, 110)}AAAA${basic.slice(110)}`)).toBe('malformed')
  expect(await outcomeOf(`${basic}AAAA`)).toBe('malformed')
  expect(await outcomeOf('')).toBe('malformed')
})

test('the flag that the user is to be forgotten is kept', async () => {
  const sealed = (await sealV4(format, { id, began: now, now, entries, forget: true }, facts))!
  expect(flow('forget-is-sticky')).toMatchObject({ flags: V4_FLAGS.forget })
  const cookie = await verifyV4(format, sealed.cookie, facts)
  expect(cookie.ok && hasFlag(cookie.value.header.flags, V4_FLAGS.forget)).toBe(true)
  expect(await openV4(format, cookie.ok ? cookie.value : expect.unreachable())).toMatchObject({ ok: true })
})

test('headers tell what the library tells', () => {
  const { h = {} } = flow('headers')
  const properties = v4HeaderProperties([
    'id',
    'audience',
    'subject',
    'timeout',
    'idling_timeout',
    'rolling-timeout',
    'absolute_timeout',
  ])
  const remaining = v4Remaining({ began: now, rollingOffset: 0, idlingOffset: 0 }, timeouts, now)
  const ofFlow = new Uint8Array(Buffer.from(h['session-id'] ?? '', 'base64url'))
  const headers = v4Headers(properties, { id: ofFlow, audience: 'default', subject: 'sub', remaining })
  expect(Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))).toEqual(h)
  const unsendable = { id: ofFlow, audience: 'ä', subject: 'a\r\nX: 1', remaining }
  expect(v4Headers(v4HeaderProperties(['audience', 'subject']), unsendable)).toEqual([])
  expect(() => v4HeaderProperties(['constructor'])).toThrow(/constructor/)
})

describe('chunks', () => {
  test.each(flows.filter(({ n }) => n !== undefined))('$n characters take $c cookies', async ({ n = 0, c }) => {
    const blob = v4Entry({ audience: 'default', data: `{"blob":"${'x'.repeat(n)}"}` })
    const plain = v4Format({ secret, compressionThreshold: 0 })
    const sealed = await sealV4(plain, { id, began: now, now, entries: [blob] }, facts)
    expect(splitV4('session', sealed?.cookie ?? '')).toHaveLength(c ?? 0)
  })

  test('are as long as those of the library', () => {
    const lens = flow('chunk-lens').lens ?? []
    const length = lens.reduce((sum, [name, size]) => sum + size - name.length - 1, 0)
    const chunks = splitV4('session', 'x'.repeat(length)) ?? []
    expect(
      chunks.map((chunk, at) => [
        v4ChunkName('session', at + 1),
        v4ChunkName('session', at + 1).length + 1 + chunk.length,
      ]),
    ).toEqual(lens)
  })

  test('are nine at most, each of 4096 octets with its name', () => {
    const most = 9 * 4096 - 8 - 8 * 9
    expect(splitV4('session', 'x'.repeat(most))).toHaveLength(9)
    expect(splitV4('session', 'x'.repeat(most + 1))).toBeUndefined()
    expect(countV4Chunks('session', 4088)).toBe(1)
    expect(countV4Chunks('session', 4089)).toBe(2)
  })
})
