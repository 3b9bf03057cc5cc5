import { readFileSync } from 'node:fs'
import { createSessions, type MemoryStore, type ReadJar, SessionConfigError, type SessionOptions } from '@sojourn/core'
import { fakeClock, testCookieJar } from '@sojourn/testing'
import { describe, expect, test, vi } from 'vitest'
import { changedBytes, changedTexts } from '../test-support/changed-texts.ts'
import { LACKING, platformLacks } from '../test-support/platform-lacks.ts'
import { type Data, ownMemory } from '../test-support/v3-sessions.ts'
import {
  ALL_WEAKNESSES,
  expectedOfChangedV3,
  factsOfV3,
  settingsOfV3,
  storageOfV3,
  type V3File,
  type V3Vector,
  valueOfLine,
} from '../test-support/v3-vectors.ts'
import { joinV3, splitV3, v3ChunkName } from '../v3/chunks.ts'
import { readV3Cookie } from '../v3/cookie.ts'
import { openV3 } from '../v3/session.ts'
import { v3RecordName } from '../v3/storage-names.ts'
import { restyV3 } from './resty-v3.ts'

const { vectors }: V3File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-3.10.json', import.meta.url), 'utf8'),
)

// The vectors have a published secret.
vi.spyOn(console, 'warn').mockImplementation(() => {})

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

/** What an app would configure to share the sessions of a vector. */
function optionsFor(vector: V3Vector, store: MemoryStore): SessionOptions<Data> {
  const { secret, options, idHex } = vector
  const { strategy, storage, cookie, name, hmac, cipher, aes, encoder, compressor, check } = options
  const keys = storageOfV3(vector)
  const parts = { secret, hmac, cipher, encoder, compressor, check, ...(aes && { aes }), ...(keys && { keys }) }
  return {
    name,
    strategy,
    rolling: cookie.lifetime ?? 3600,
    idle: cookie.idletime || false,
    cookie: { secure: false, maxCookies: 9, maxBytes: 16_000 },
    ...(storage !== 'cookie' && { store }),
    persistence: restyV3({
      ...parts,
      random: { length: idHex.length / 2 },
      maxsize: cookie.maxsize ?? 4000,
      allow: ALL_WEAKNESSES ?? [],
    }),
  }
}

const clockOf = ({ now }: V3Vector) => fakeClock(now * 1000)

/** The cookies of a value, as octets. */
function jarOf(vector: V3Vector, value: string): ReadJar {
  const chunks = splitV3(value, vector.options.cookie.maxsize ?? 4000) ?? []
  const cookies = new Map(chunks.map((chunk, at) => [v3ChunkName('session', at + 1), chunk]))
  return { get: (name) => [cookies.get(name) ?? []].flat() }
}

const named = vectors.map((vector) => [vector.name, vector] as const)
const open = named.filter(([, { options }]) => !platformLacks(options))

test.each(named.filter(([, { options }]) => platformLacks(options)))(
  '%s is refused where it cannot run',
  (_, vector) => {
    const create = () => createSessions(optionsFor(vector, ownMemory(clockOf(vector))))
    expect(create).toThrow(SessionConfigError)
    expect(create).toThrow(LACKING)
  },
)

describe.each(open)('a session of lua-resty-session 3.10: %s', (_, vector) => {
  const settings = settingsOfV3(vector)
  const clock = clockOf(vector)
  const store = ownMemory(clock)
  const sessions = createSessions<Data>({ ...optionsFor(vector, store), now: clock.now })
  const facts = factsOfV3(vector)
  const record = vector.storage && { key: vector.storage.key, bytes: bytesOf(vector.storage.valueBase64) }
  /** The record as the library leaves it, which keeps nothing of before. */
  const put = async (bytes = record?.bytes) => {
    if (!record || !bytes) return
    await store.write(record.key, bytes, vector.expires, 'any')
    await store.delete(`${record.key}.previous`)
  }
  const cookies = vector.setCookie.map((line) => line.split(';')[0]).join('; ')

  test('opens, is saved, and is read by the wire format', async () => {
    await put()
    const jar = testCookieJar(cookies)
    const session = await sessions.start({ jar, facts: { ...facts, host: 'localhost' } })
    expect(session.refusal).toBeUndefined()
    expect(session.data).toEqual(JSON.parse(vector.plaintext))
    expect(jar.setCookies).toEqual([])
    session.data['by'] = 'node'
    await session.save()

    const values = new Map(jar.setCookies.map(({ name, value }) => [name, value]))
    const whole = joinV3('session', values.get('session') ?? '', settings.maxSize, (name) => values.get(name))
    const cookie = readV3Cookie(settings, whole.ok ? whole.value : '')
    const { id, expires } = cookie.ok ? cookie.value : expect.unreachable()
    expect(expires).toBe(vector.now + (vector.options.cookie.lifetime ?? 0))
    expect(Buffer.from(id).toString('hex') === vector.idHex).toBe(vector.options.strategy === 'default')
    const storage = storageOfV3(vector)
    const stored = storage && (await store.read(v3RecordName(settings, storage, id)))?.bytes
    const opened = await openV3(settings, cookie.ok ? cookie.value : expect.unreachable(), facts, stored)
    expect(opened.ok && JSON.parse(opened.value.data)).toEqual({ ...JSON.parse(vector.plaintext), by: 'node' })
  })

  test('that was made in Node and accepted by the library opens', async () => {
    if (!vector.nodeMinted) return
    const { cookie, storageKey, storedBase64 } = vector.nodeMinted
    if (storageKey && storedBase64) await store.write(storageKey, bytesOf(storedBase64), vector.now + 3600, 'any')
    const session = await sessions.read({ jar: testCookieJar(cookie), facts })
    expect(session.data['minted']).toBe('node')
  })

  test('is refused to another user agent, unless the format does not check it', async () => {
    await put()
    const session = await sessions.read({ jar: testCookieJar(cookies), facts: { ...facts, userAgent: 'other/2.0' } })
    expect(session.refusal).toBe(vector.negative?.wrongUserAgent?.accepted ? undefined : 'tampered')
  })

  test('is refused at its end', async () => {
    await put()
    const late = fakeClock((vector.usebefore ?? vector.expires) * 1000)
    const sessionsThen = createSessions<Data>({ ...optionsFor(vector, store), now: late.now })
    const session = await sessionsThen.read({ jar: testCookieJar(cookies), facts })
    const ended = vector.usebefore === null ? 'expired-rolling' : 'expired-idle'
    expect(session.refusal).toBe(ended)
    expect(session.present).toBe(false)
  })

  test('is refused for what it is, however its cookie is changed', { timeout: 600_000 }, async () => {
    await put()
    for (const changed of changedTexts(vector.cookieValue)) {
      if (changed === vector.cookieValue || changed === '') continue
      const session = await sessions.read({ jar: jarOf(vector, changed), facts })
      const outcome = session.refusal ?? JSON.stringify(session.data)
      const isOfAnotherRecord = record && changed.split('|')[0] !== vector.cookieValue.split('|')[0]
      const expected = expectedOfChangedV3(vector, settings, changed)
      expect(outcome, changed).toBe(
        expected === vector.plaintext
          ? JSON.stringify(JSON.parse(vector.plaintext))
          : expected === 'tampered' && isOfAnotherRecord
            ? 'not-found'
            : expected,
      )
    }
  })

  test('is refused, however its record is changed', { timeout: 600_000 }, async () => {
    for (const changed of record ? changedBytes(record.bytes) : []) {
      await put(changed)
      expect((await sessions.read({ jar: testCookieJar(cookies), facts })).refusal).toBe('tampered')
    }
  })
})

test('a value of the vectors looks like one, and one of another format does not', () => {
  const { resembles } = restyV3()
  for (const { cookieValue, setCookie } of vectors) {
    expect(resembles(cookieValue)).toBe(true)
    expect(resembles(valueOfLine(setCookie[0] ?? ''))).toBe(true)
  }
  for (const other of ['', 'Fe26.2*1*a*b*c*d*e*f~2', 'AQAAl7guY3j9zTFay8', 'id|123|x', '|1795368906|x|y']) {
    expect(resembles(other)).toBe(false)
  }
})
