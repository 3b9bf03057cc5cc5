import * as crypto from 'node:crypto'
import type { ClientFacts } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import { platform } from '#crypto'
import { base64url, toUtf8 } from '../shared/encoding.ts'
import { isV4Chunk, joinV4, splitV4, v4ChunkName } from './chunks.ts'
import { readV4Payload, v4Entry, v4Payload } from './entries.ts'
import { V4_FLAGS } from './flags.ts'
import { type V4FormatOptions, v4Format } from './format.ts'
import { type V4Header, writeV4Header } from './header.ts'
import { readV4IndexList, writeV4IndexList } from './index-list.ts'
import { joinV4Data, partV4Data } from './info-keys.ts'
import { v4EncryptionKey, v4RememberKey } from './keys.ts'
import { openV4, openV4Remember, verifyV4 } from './open.ts'
import { readV4Info, readV4Record, withoutV4Info } from './record.ts'
import { sealV4, sealV4Remember, v4CookieOf } from './seal.ts'
import { v4IndexName, v4RecordName, v4StorageKey } from './storage-names.ts'

const secret = 'RaJKp8UQW1'
const facts: ClientFacts = { address: '192.0.2.1', scheme: 'https', userAgent: 'ua/1' }
const now = 1_795_365_306
const id = Uint8Array.from({ length: 32 }, (_, at) => at)
const own = v4Entry({ audience: 'default', data: '{"user":"alice"}' })

test.each([[null], [7], [{ length: 3 }], [{ ikm: 32 }], [['a', null]]])(
  'a secret that is none is an error: %j',
  (none) => {
    expect(() => v4Format({ secret: none as unknown as string })).toThrow(SessionConfigError)
  },
)

/** What a session written with some options is to others. */
async function across(
  written: Partial<V4FormatOptions>,
  read: Partial<V4FormatOptions>,
  readFacts = facts,
): Promise<string> {
  const sealed = await sealV4(v4Format({ secret, ...written }), { id, began: now, now, entries: [own] }, facts)
  const format = v4Format({ secret, ...read })
  const cookie = await verifyV4(format, sealed?.cookie ?? '', readFacts)
  if (!cookie.ok) return cookie.refusal
  const opened = await openV4(format, cookie.value, sealed?.payload)
  return opened.ok ? v4Payload(opened.value) : opened.refusal
}

/** A genuine cookie with any plaintext. */
async function cookieWith(plain: Uint8Array<ArrayBuffer>, flags = 0): Promise<string> {
  const format = v4Format({ secret })
  const material = await format.keySources[0]()
  const { key, iv } = await v4EncryptionKey(material, id)
  const start: V4Header = {
    flags,
    id,
    began: now,
    rollingOffset: 0,
    dataSize: Math.ceil((plain.length * 4) / 3),
    tag: new Uint8Array(16),
    idlingOffset: 0,
  }
  const { data, tag = start.tag } = await platform.encrypt(
    { size: 256, mode: 'gcm' },
    key,
    iv,
    plain,
    writeV4Header(start).subarray(0, 47),
  )
  return v4CookieOf(format, material, { ...start, tag }, base64url.encode(data), facts)
}

async function opened(value: string, options: Partial<V4FormatOptions> = {}): Promise<string> {
  const format = v4Format({ secret, ...options })
  const cookie = await verifyV4(format, value, facts)
  if (!cookie.ok) return cookie.refusal
  const entries = await openV4(format, cookie.value)
  return entries.ok ? v4Payload(entries.value) : entries.refusal
}

describe('a bound session', () => {
  const bind = ['ip', 'scheme', 'user-agent'] as const

  test('opens for its client only', async () => {
    expect(await across({ bind }, { bind })).toBe(v4Payload([own]))
    const others: readonly ClientFacts[] = [{ address: '192.0.2.2' }, { scheme: 'http' }, { userAgent: 'ua/2' }]
    for (const other of others) expect(await across({ bind }, { bind }, { ...facts, ...other })).toBe('tampered')
  })

  test('is refused when it is bound to other things than asked for', async () => {
    expect(await across({ bind: ['ip'] }, { bind })).toBe('bound-elsewhere')
    expect(await across({}, { bind: ['user-agent'] })).toBe('bound-elsewhere')
    expect(await across({ bind }, {})).toBe('bound-elsewhere')
  })

  test('needs the facts that only the server can know', async () => {
    const write = (some: ClientFacts) =>
      sealV4(v4Format({ secret, bind }), { id, began: now, now, entries: [own] }, some)
    await expect(write({ scheme: 'https' })).rejects.toThrow(SessionConfigError)
    await expect(write({ address: '192.0.2.1' })).rejects.toThrow(/scheme/)
    expect(await write({ address: '192.0.2.1', scheme: 'https' })).toBeDefined()
    await expect(across({}, { bind: ['ip'] }, {})).rejects.toThrow(/address/)
  })
})

test('a session in a storage and one in a cookie are not taken for each other', async () => {
  expect(await across({ storage: 'server' }, { storage: 'server' })).toBe(v4Payload([own]))
  expect(await across({ storage: 'server' }, {})).toBe('malformed')
  expect(await across({}, { storage: 'server' })).toBe('malformed')
})

describe('compression', () => {
  const long = v4Entry({ audience: 'default', data: `{"blob":"${'ab'.repeat(600)}"}` })
  const flagsOf = async (data: typeof own, compressionThreshold: number) => {
    const content = { id, began: now, now, entries: [data] }
    return (await sealV4(v4Format({ secret, compressionThreshold }), content, facts))?.header.flags
  }

  test('begins above its threshold, and where it saves something', async () => {
    expect(await flagsOf(long, 1024)).toBe(V4_FLAGS.deflate)
    expect(await flagsOf(long, v4Payload([long]).length)).toBe(0)
    expect(await flagsOf(long, 0)).toBe(0)
    expect(await flagsOf(v4Entry({ audience: 'default', data: '{}' }), 1)).toBe(0)
  })

  test('is undone up to a limit, and a bomb is refused before it goes off', async () => {
    const bomb = await cookieWith(
      await platform.rawDeflate.compress(toUtf8(`[[{"a":"${'a'.repeat(20_000_000)}"},"default"]]`)),
      V4_FLAGS.deflate,
    )
    expect(bomb.length).toBeLessThan(36_864)
    expect(await opened(bomb)).toBe('malformed')
    const small = await cookieWith(await platform.rawDeflate.compress(toUtf8(v4Payload([long]))), V4_FLAGS.deflate)
    expect(await opened(small)).toBe(v4Payload([long]))
    expect(await opened(small, { mostBytes: 1000 })).toBe('malformed')
    expect(await opened(await cookieWith(toUtf8('not deflated'), V4_FLAGS.deflate))).toBe('malformed')
  })

  test('what nobody could read is not written', async () => {
    expect(
      await sealV4(v4Format({ secret, mostBytes: 1000 }), { id, began: now, now, entries: [long] }, facts),
    ).toBeUndefined()
  })
})

describe('the payload', () => {
  const odd = '[ {"n":1e400,"i":12345678901234567890,"a":[],"s":"]}\\"\\\\"} , "app\\/b" , "bob" ]'

  test('passes entries of other audiences on as they were written', () => {
    const entries = readV4Payload(`[${own.json},${odd}]`)!
    expect(entries).toEqual([
      own,
      {
        audience: 'app/b',
        subject: 'bob',
        data: '{"n":1e400,"i":12345678901234567890,"a":[],"s":"]}\\"\\\\"}',
        json: odd,
      },
    ])
    const changed = v4Entry({ audience: 'default', data: '{"user":"carol"}' })
    expect(v4Payload(entries.map((entry) => (entry.audience === 'default' ? changed : entry)))).toBe(
      `[${changed.json},${odd}]`,
    )
  })

  test.each([
    '',
    'null',
    '{}',
    '[]',
    '1',
    '[1]',
    '[[]]',
    '[{}]',
    '[[{}]]',
    '[[{},1]]',
    '[["a","b"]]',
    '[[null,"a"]]',
    '[[{},"a",true]]',
    '[[{},"a","b","c"]]',
    '[[{},"a"],[]]',
    '[[{},"a"]',
    '[[{},"a"]] x',
    '[[{},"a"]]\u0000',
    `${'['.repeat(100_000)}`,
  ])('is malformed when it is genuine and makes no sense: %.40s', async (json) => {
    expect(readV4Payload(json)).toBeUndefined()
    if (json) expect(await opened(await cookieWith(toUtf8(json)))).toBe('malformed')
  })

  test('is malformed when it is not UTF-8, or nothing', async () => {
    expect(await opened(await cookieWith(Uint8Array.of(0xc3, 0x28)))).toBe('malformed')
    expect(await opened(await cookieWith(new Uint8Array(0)))).toBe('malformed')
  })

  test('writes names like the library', () => {
    const { json } = v4Entry({ audience: 'a/b', subject: 'é"\\\u007f\n\u0001', data: '{}' })
    expect(json).toBe('[{},"a\\/b","é\\"\\\\\\u007f\\n\\u0001"]')
    expect(readV4Payload(`[${json}]`)).toEqual([{ audience: 'a/b', subject: 'é"\\\u007f\n\u0001', data: '{}', json }])
  })

  test('keeps keys of the app apart from information, without a server storage', () => {
    const parts = partV4Data({ '$@x': 'user', '@seen': 7, n: 1 })
    expect(parts).toEqual({ data: { '@x': 'user', n: 1 }, info: { seen: 7 } })
    expect(joinV4Data(parts)).toEqual({ '$@x': 'user', n: 1, '@seen': 7 })
    expect(joinV4Data({ data: { '$@x': 1 }, info: {} })).toBeUndefined()
    expect(partV4Data(JSON.parse('{"@__proto__":{"admin":true}}')).info).not.toHaveProperty('admin')
  })
})

describe('a remember cookie', () => {
  const content = { id, began: now, now, entries: [own] }

  test('opens with its own level of safety only', async () => {
    const written = v4Format({ secret, rememberSafety: 'Low' })
    const sealed = await sealV4Remember(written, content, facts)
    const cookie = await verifyV4(written, sealed?.cookie ?? '', facts)
    const { value } = cookie.ok ? cookie : expect.unreachable()
    expect(await openV4Remember(written, value)).toEqual({ ok: true, value: [own] })
    expect(await openV4Remember(v4Format({ secret }), value)).toEqual({ ok: false, refusal: 'tampered' })
    expect(await openV4(written, value)).toEqual({ ok: false, refusal: 'tampered' })
  })

  test('is never touched', async () => {
    const format = v4Format({ secret, rememberSafety: 'None' })
    const cookie = await verifyV4(format, await cookieWith(toUtf8(v4Payload([own]))), facts)
    const { value } = cookie.ok ? cookie : expect.unreachable()
    expect(await openV4Remember(format, value)).toMatchObject({ ok: true })
    const touched = { ...value, header: { ...value.header, idlingOffset: 1 } }
    expect(await openV4Remember(format, touched)).toEqual({ ok: false, refusal: 'malformed' })
  })

  test('has the key that PBKDF2 makes of the key material', async () => {
    const material = await v4Format({ secret }).keySources[0]()
    const salt = Buffer.concat([Buffer.from('encryption:'), id])
    for (const [safety, iterations] of [
      ['Low', 1e3],
      ['Medium', 1e4],
      ['High', 1e5],
      ['Very High', 1e6],
    ] as const) {
      const { key, iv } = await v4RememberKey(material, id, safety)
      const expected = crypto.pbkdf2Sync(material.ikm, salt, iterations, 44, 'sha256')
      expect(Buffer.concat([key, iv])).toEqual(expected)
    }
  })

  test.each(['Extreme', 'low', 'constructor', '__proto__', '', 1e12])('has no other level: %j', (level) => {
    const options: object = { rememberSafety: level }
    expect(() => v4Format({ secret, ...options })).toThrow(SessionConfigError)
  })
})

describe('chunks', () => {
  const value = async () => {
    const entries = [v4Entry({ audience: 'default', data: `{"blob":"${crypto.randomBytes(4000).toString('hex')}"}` })]
    const format = v4Format({ secret, compressionThreshold: 0 })
    return (await sealV4(format, { id, began: now, now, entries }, facts))?.cookie ?? ''
  }

  test('are joined when they are all there, and as long as they are made', async () => {
    const whole = await value()
    const chunks = splitV4('session', whole) ?? []
    const jar = new Map(chunks.map((chunk, at) => [v4ChunkName('session', at + 1), chunk]))
    const join = (changes: Record<string, string | undefined> = {}) => {
      const lookUp = (name: string) => (Object.hasOwn(changes, name) ? changes[name] : jar.get(name))
      return joinV4('session', lookUp('session') ?? '', lookUp)
    }
    expect(jar.size).toBe(3)
    expect(join()).toEqual({ ok: true, value: whole })
    expect(join({ session4: 'x' })).toEqual({ ok: true, value: whole })
    expect(join({ session2: undefined })).toEqual({ ok: false, refusal: 'incomplete' })
    expect(join({ session3: undefined })).toEqual({ ok: false, refusal: 'incomplete' })
    expect(join({ session3: `${chunks[2]}A` })).toEqual({ ok: false, refusal: 'malformed' })
    expect(join({ session2: chunks[1]?.slice(1), session3: `${chunks[1]?.[0]}${chunks[2]}` })).toEqual({
      ok: false,
      refusal: 'malformed',
    })
    expect(join({ session: '' })).toEqual({ ok: false, refusal: 'malformed' })
  })

  test('are told from other cookies by name', () => {
    const names = ['session', 'session2', 'session9', 'session1', 'session10', 'session_2', 'sessions', 'xsession2']
    expect(names.filter((name) => isV4Chunk('session', name))).toEqual(['session', 'session2', 'session9'])
  })
})

describe('a storage', () => {
  test('names records and indexes with the configured parts, hashed where that is asked for', async () => {
    const names = { style: 'redis', cookieName: 'session', prefix: 'p', suffix: 's' } as const
    const zeros = new Uint8Array(32)
    const key = 'A'.repeat(43)
    expect(await v4StorageKey(zeros, {})).toBe(key)
    expect(await v4StorageKey(zeros, { hashStorageKey: true })).toBe(
      crypto.createHash('sha256').update(zeros).digest('base64url'),
    )
    expect(v4RecordName(key, names)).toBe(`p:session:${key}:s`)
    expect(v4RecordName(key, { ...names, style: 'memcached' })).toBe(`p%3Asession%3A${key}%3As`)
    expect(v4RecordName(key, { style: 'dshm', cookieName: "a:b!'" })).toBe(`a%3Ab%21%27:${key}`)
    const subject = 'john@doe.com'
    expect(await v4IndexName('default', subject, { style: 'redis', cookieName: 'session' })).toBe(
      'session:ZGVmYXVsdA:am9obkBkb2UuY29t',
    )
    expect(await v4IndexName('default', subject, { style: 'redis', cookieName: 'session', hashSubject: true })).toBe(
      'session:ZGVmYXVsdA:1wnzcOUrV7TrdfBOKzQixA',
    )
  })

  test('lists sessions in a text where the last word counts', () => {
    const [a, b] = ['a'.repeat(43), 'b'.repeat(43)]
    const text = writeV4IndexList(
      new Map([
        [a, now + 10],
        [b, now + 5_000_000_000],
      ]),
    )
    const expiry = (time: number) => {
      const bytes = Buffer.alloc(5)
      bytes.writeUIntLE(time, 0, 5)
      return bytes.toString('base64url')
    }
    expect(text).toBe(`${a}:${expiry(now + 10)};${b}:${expiry(now + 5_000_000_000)};`)
    expect([...readV4IndexList(text, now)]).toEqual([
      [a, now + 10],
      [b, now + 5_000_000_000],
    ])
    expect([...readV4IndexList(text, now + 10).keys()]).toEqual([b])
    expect([...readV4IndexList(`${text}${a};`, now).keys()]).toEqual([b])
    expect([...readV4IndexList(`${text}${a};${text}`, now).keys()]).toEqual([a, b])
    expect([...readV4IndexList(`;;x;${a}:;${a}:!;:;\u0000;${b}:AAAAAAB;__proto__;${'c'.repeat(44)};`, now)]).toEqual([])
  })

  test.each(['', '[]', '{}', '"a"', '["a"', '["a","b","c"]', '[1]', '["a b"]', '["a",null]', '["a","="]', '[["a"]]'])(
    'does not hold a session: %s',
    (value) => expect(readV4Record(value)).toBeUndefined(),
  )

  test('has information of which one audience’s is left out, and the rest stays as it was written', () => {
    const without = (text: string, audience = 'b') => {
      const info = withoutV4Info(base64url.encode(toUtf8(text)), audience)
      return info === undefined ? undefined : Buffer.from(info, 'base64url').toString()
    }
    expect(without('{"a":{"n":1.0,"x":"},{"}, "b":{} ,"c":[]}')).toBe('{"a":{"n":1.0,"x":"},{"},"c":[]}')
    expect(without(' {"b":{"n":1}}\n')).toBeUndefined()
    for (const text of ['{"a":{} }', '{}', '[1]', '{', '']) expect(without(text)).toBe(text)
    expect(without('{"a":{}}', 'constructor')).toBe('{"a":{}}')
    expect(withoutV4Info('=', 'b')).toBe('=')
  })

  test('has information that is read with care', () => {
    const info = (value: string) => base64url.encode(toUtf8(value))
    expect(readV4Info(info('{"default":{"seen":7}}'), 'default')).toEqual({ seen: 7 })
    for (const value of ['{}', '[]', '1', '', '{', '{"default":1}', '{"default":[]}']) {
      expect(readV4Info(info(value), 'default')).toBeUndefined()
    }
    expect(readV4Info(info('{"a":{}}'), 'constructor')).toBeUndefined()
    expect(readV4Info('=', 'default')).toBeUndefined()
  })
})

test.each([
  { secret: '' },
  { secret: [] },
  { secret: ['a', new Uint8Array(0)] },
  { secret: { ikm: new Uint8Array(31) } },
  { storage: 'redis' },
  { bind: ['ssl'] },
  { bind: ['constructor'] },
  { compressionThreshold: -1 },
  { compressionThreshold: Number.NaN },
  { mostBytes: 0 },
])('options that cannot be are refused: %j', (options: object) => {
  expect(() => v4Format({ secret, ...options })).toThrow(SessionConfigError)
})
