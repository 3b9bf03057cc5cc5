import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { changedTexts } from '../test-support/changed-texts.ts'
import { factsOfV4, formatOfV4, namesOfV4, type V4File, type V4Vector } from '../test-support/v4-vectors.ts'
import { joinV4, splitV4, v4ChunkName } from './chunks.ts'
import { readV4Payload, v4Entry, v4Payload } from './entries.ts'
import { hasFlag, V4_FLAGS } from './flags.ts'
import { readV4Header } from './header.ts'
import { readV4IndexList } from './index-list.ts'
import { v4EncryptionKey } from './keys.ts'
import { openV4, openV4Remember, verifyV4 } from './open.ts'
import { readV4Info, readV4Record, writeV4Record } from './record.ts'
import { sealV4, sealV4Remember } from './seal.ts'
import { v4IndexName, v4RawIndexName, v4RecordName, v4StorageKey } from './storage-names.ts'
import { v4Remaining } from './times.ts'

const { vectors }: V4File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-4.1.5.json', import.meta.url), 'utf8'),
)
const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** The value that the texts of a Cookie header add up to. */
function joined({ cookieName }: V4Vector, header: string, base = cookieName) {
  const values = new Map(
    header.split('; ').map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  )
  const whole = joinV4(base, values.get(base) ?? '', (name) => values.get(name))
  return whole.ok ? whole.value : whole.refusal
}

/** What a cookie, with what is stored for it, opens to: its payload as JSON, or why not. */
async function outcomeOf(
  vector: V4Vector,
  value: string,
  stored = vector.storage?.value,
  userAgent = vector.request.userAgent,
) {
  const format = formatOfV4(vector)
  const cookie = await verifyV4(format, value, { ...factsOfV4(vector), userAgent })
  if (!cookie.ok) return cookie.refusal
  const record = stored === undefined ? undefined : readV4Record(stored)
  if (format.usesStorage && !record) return 'malformed'
  const opened = await openV4(format, cookie.value, record?.payload)
  return opened.ok ? v4Payload(opened.value) : opened.refusal
}

/** What a changed cookie must come to, told from its text alone. */
function expectedOf(vector: V4Vector, value: string): string {
  const [head, payload] = [value.slice(0, 110), value.slice(110)]
  const bytes = Buffer.from(head, 'base64url')
  const isStored = vector.config.storage !== undefined
  const isWellFormed =
    bytes.length === 82 &&
    bytes.toString('base64url') === head &&
    bytes[0] === 1 &&
    (bytes.readUInt16LE(1) & ~0x713) === 0 &&
    (bytes.readUInt16LE(1) & 1) === (isStored ? 1 : 0) &&
    payload.length === (isStored ? 0 : bytes.readUIntLE(44, 3))
  if (!isWellFormed) return 'malformed'
  if (head !== vector.cookieValue.slice(0, 110)) return 'tampered'
  return Buffer.from(payload, 'base64url').toString('base64url') === payload ? 'tampered' : 'malformed'
}

describe.each(vectors.map((vector) => [vector.name, vector] as const))('lua-resty-session 4.1.5: %s', (_, vector) => {
  const format = formatOfV4(vector)
  const facts = factsOfV4(vector)
  const id = fromHex(vector.header.sidHex)

  test('reads the header, and derives the keys', async () => {
    const { header, mac } = readV4Header(vector.cookieValue)!
    const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
    expect({ ...header, id: hexOf(header.id), tag: hexOf(header.tag), mac: hexOf(mac) }).toEqual({
      flags: vector.header.flags,
      id: vector.header.sidHex,
      began: vector.header.creationTime,
      rollingOffset: vector.header.rollingOffset,
      dataSize: vector.header.dataSize,
      tag: vector.header.tagHex,
      idlingOffset: vector.header.idlingOffset,
      mac: vector.header.macHex,
    })
    const { key, iv } = await v4EncryptionKey(await format.keySources[0](), id)
    expect(Buffer.from(key).toString('hex')).toBe(vector.derived.aesKeyHex)
    expect(Buffer.from(iv).toString('hex')).toBe(vector.derived.ivHex)
  })

  test('opens the cookies, and what is stored for them', async () => {
    const header = Object.entries(vector.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
    expect(format.usesStorage ? vector.cookieValue : joined(vector, header)).toBe(vector.cookieValue)
    expect(await outcomeOf(vector, vector.cookieValue)).toBe(vector.plaintextJson)
    const entries = readV4Payload(vector.plaintextJson)?.map(({ data, audience, subject }) =>
      subject === undefined ? [JSON.parse(data), audience] : [JSON.parse(data), audience, subject],
    )
    expect(entries).toEqual(vector.data)
  })

  test('writes the same bytes', async () => {
    // Written anew, not passed on: an entry has one spelling.
    const entries = readV4Payload(vector.plaintextJson)?.map(({ json, ...content }) => v4Entry(content)) ?? []
    const content = {
      id,
      began: vector.header.creationTime,
      now: vector.header.creationTime + vector.header.rollingOffset,
      entries,
    }
    const sealed = (await sealV4(format, content, facts))!
    if (hasFlag(vector.header.flags, V4_FLAGS.deflate)) {
      expect(sealed.header.flags).toBe(vector.header.flags)
      expect(await outcomeOf(vector, sealed.cookie)).toBe(vector.plaintextJson)
      return
    }
    expect(sealed.cookie).toBe(vector.cookieValue)
    const chunks = splitV4(vector.cookieName, sealed.cookie) ?? []
    for (const [at, chunk] of chunks.entries()) {
      expect(chunk).toBe(vector.cookies[v4ChunkName(vector.cookieName, at + 1)])
    }
    if (!vector.storage) return
    const { info } = readV4Record(vector.storage.value)!
    expect(writeV4Record({ payload: sealed.payload, ...(info && { info }) })).toBe(vector.storage.value)
  })

  test('names the record and the index', async () => {
    if (!vector.storage) return
    const names = namesOfV4(vector)
    const storageKey = await v4StorageKey(id, names)
    expect(v4RecordName(storageKey, names)).toBe(vector.storage.key)
    for (const [, audience, subject] of vector.data) {
      if (subject === undefined) continue
      const nameOf = vector.data.length > 1 ? v4RawIndexName : v4IndexName
      const index = vector.storage.snapshot[await nameOf(audience, subject, names)]
      const expiresAt = vector.now + 3600
      if (typeof index === 'string') expect([...readV4IndexList(index, vector.now)]).toEqual([[storageKey, expiresAt]])
      else expect(index).toMatchObject({ members: [storageKey, `${expiresAt}`] })
    }
  })

  test('reads the information beside the data', () => {
    const { info } = readV4Record(vector.storage?.value ?? '') ?? {}
    if (!vector.info) expect(info).toBeUndefined()
    for (const [audience, values] of Object.entries(vector.info ?? {})) {
      expect(readV4Info(info ?? '', audience)).toEqual(values)
    }
  })

  test('opens what Node made and the library accepted, with the times it told', async () => {
    const { cookie, stored, json, creationTime, properties, ...offsets } = vector.nodeMinted
    const value = format.usesStorage ? cookie.slice(cookie.indexOf('=') + 1) : joined(vector, cookie)
    expect(await outcomeOf(vector, value, stored ?? undefined)).toBe(json)
    const times = { began: creationTime, rollingOffset: offsets.rollingOffset, idlingOffset: offsets.idlingOffset }
    const left = v4Remaining(times, { idling: 900, rolling: 3600, absolute: 86_400 }, creationTime + 700)
    expect({
      timeout: left.least,
      'idling-timeout': left.idling,
      'rolling-timeout': left.rolling,
      'absolute-timeout': left.absolute,
    }).toEqual(properties)
  })

  test('refuses another user agent where the session is bound to it', async () => {
    const isBound = vector.config.bind?.includes('user-agent')
    const outcome = await outcomeOf(vector, vector.cookieValue, undefined, 'another/1.0')
    expect(outcome).toBe(isBound ? 'tampered' : vector.plaintextJson)
    expect(vector.wrongUserAgent.result.includes('BAD_MAC')).toBe(Boolean(isBound))
  })

  test('refuses every changed cookie for what it is', { timeout: 600_000 }, async () => {
    for (const changed of changedTexts(vector.cookieValue)) {
      if (changed !== vector.cookieValue)
        expect(await outcomeOf(vector, changed), changed).toBe(expectedOf(vector, changed))
    }
  })

  test('refuses every changed record, but for the information that nothing protects', {
    timeout: 600_000,
  }, async () => {
    const stored = vector.storage?.value ?? ''
    const { payload } = readV4Record(stored) ?? {}
    for (const changed of stored ? changedTexts(stored) : []) {
      const isSamePayload = readV4Record(changed)?.payload === payload
      const expected = isSamePayload ? [vector.plaintextJson] : ['malformed', 'tampered']
      expect(expected, changed).toContain(await outcomeOf(vector, vector.cookieValue, changed))
    }
  })

  if (vector.remember)
    describe('its remember cookie', () => {
      const { remember } = vector
      const open = async (value: string, stored: string | null | undefined) => {
        const cookie = await verifyV4(format, value, facts)
        if (!cookie.ok) return cookie.refusal
        const opened = await openV4Remember(format, cookie.value, readV4Record(stored ?? '')?.payload)
        return opened.ok ? v4Payload(opened.value) : opened.refusal
      }

      test('opens, and is written to the same bytes', async () => {
        const { cookieValue = '', json = '', sidHex = '', stored } = remember ?? {}
        expect(await open(cookieValue, stored)).toBe(json)
        const { header } = readV4Header(cookieValue)!
        const content = {
          id: fromHex(sidHex),
          began: header.began,
          now: header.began,
          entries: readV4Payload(json) ?? [],
        }
        const sealed = await sealV4Remember(format, content, facts)
        expect(sealed?.cookie).toBe(cookieValue)
        if (stored) expect(writeV4Record({ payload: sealed?.payload ?? '' })).toBe(stored)
        const names = { ...namesOfV4(vector), cookieName: 'remember' }
        if (remember?.storageKey) {
          const key = await v4StorageKey(content.id, names)
          expect(v4RecordName(key, names)).toBe(remember.storageKey)
        }
      })

      test('opens where Node made it, and so do those that the library answered with', async () => {
        const { cookie, stored, newSetCookie } = remember!.nodeMinted
        expect(JSON.parse(await open(joinedRemember(cookie), stored?.value))).toMatchObject([
          [{ minted: 'node' }, 'default', 'node-subject'],
        ])
        if (stored) return
        const [again = '', session = ''] = newSetCookie.map((line) => line.split(';')[0] ?? '')
        expect(JSON.parse(await open(joinedRemember(again), null))).toMatchObject([
          [{ minted: 'node' }, 'default', 'node-subject'],
        ])
        expect(JSON.parse(await outcomeOf(vector, joined(vector, session)))).toMatchObject([
          [{ minted: 'node' }, 'default', 'node-subject'],
        ])
      })

      const joinedRemember = (pair: string) =>
        format.usesStorage ? pair.slice(pair.indexOf('=') + 1) : joined(vector, pair, 'remember')
    })
})
