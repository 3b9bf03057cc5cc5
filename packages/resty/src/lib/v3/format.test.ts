import { randomBytes } from 'node:crypto'
import { SessionConfigError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import type { AesMode, Hash } from '../crypto/types.ts'
import { base64url, toUtf8 } from '../shared/encoding.ts'
import { LACKING, platformLacks } from '../test-support/platform-lacks.ts'
import { lenientV3 } from '../test-support/v3-vectors.ts'
import { joinV3, splitV3, v3ChunkName } from './chunks.ts'
import { readV3Cookie } from './cookie.ts'
import { type V3FormatOptions, v3Format } from './format.ts'
import { openV3, sealV3 } from './session.ts'
import { v3RecordName, v3StoredData, v3StoredValue } from './storage-names.ts'

const secret = '623q4hR325t36VsCD3g567922IC0073T'
const facts = { userAgent: 'ua', scheme: 'https', address: '192.0.2.1', tlsSession: 'ab' } as const
const data = '{"user":"alice","list":[1,2,3],"text":"ä\\/€"}'
const modes: readonly AesMode[] = ['ecb', 'cbc', 'ctr', 'cfb1', 'cfb8', 'cfb128', 'ofb', 'gcm']
const hashes: readonly Hash[] = process.env['FULL']
  ? ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']
  : ['md5', 'sha512']
const now = 1_795_365_306

const content = (length = 16) => ({ id: new Uint8Array(randomBytes(length)), expires: now + 3600, data })

/** What a session written with some options is to others. */
async function across(written: V3FormatOptions, read: V3FormatOptions, readFacts = facts): Promise<string> {
  const length = written.random?.length ?? 16
  const times = { ...content(length), ...(written.cookie?.idletime && { usebefore: now + written.cookie.idletime }) }
  const sealed = await sealV3(lenientV3(written), times, facts)
  const settings = lenientV3(read)
  const cookie = readV3Cookie(settings, sealed?.cookie ?? '')
  if (!cookie.ok) return cookie.refusal
  const opened = await openV3(
    settings,
    cookie.value,
    readFacts,
    settings.usesStorage ? sealed?.stored : cookie.value.data,
  )
  return opened.ok ? opened.value.data : opened.refusal
}

describe.each(modes)('aes-%s', (mode) => {
  const combinations = ([128, 192, 256] as const).flatMap((size) =>
    hashes.flatMap((hash) =>
      (['none', 'zlib'] as const).flatMap((compressor) =>
        (['default', 'regenerate'] as const).map((strategy) => ({
          aes: { size, mode, hash, rounds: 2 },
          compressor,
          strategy,
        })),
      ),
    ),
  )

  test.each(combinations)(
    '$aes $compressor $strategy: round trip, and nothing for another configuration',
    async (options) => {
      const written = { ...options, secret }
      if (platformLacks(written)) {
        expect(() => lenientV3(written)).toThrow(LACKING)
        return
      }
      expect(await across(written, written)).toBe(data)
      expect(await across({ ...written, storage: 'server' }, { ...written, storage: 'server' })).toBe(data)
      const others: readonly Partial<V3FormatOptions>[] = [
        { secret: `${secret}!` },
        { aes: { ...options.aes, size: options.aes.size === 128 ? 256 : 128 } },
        { aes: { ...options.aes, hash: options.aes.hash === 'sha512' ? 'sha1' : 'sha512' } },
        { aes: { ...options.aes, rounds: 3 } },
        { aes: { ...options.aes, mode: mode === 'cbc' ? 'ctr' : 'cbc' } },
        { strategy: options.strategy === 'default' ? 'regenerate' : 'default' },
        { cipher: 'none' },
        { hmac: 'sha256' },
      ]
      for (const other of others)
        expect(await across(written, { ...written, ...other })).toMatch(/^(tampered|malformed)$/)
    },
  )
})

test('a session is bound to the facts that are checked', async () => {
  const check = { ssi: true, ua: true, addr: true, scheme: true }
  expect(await across({ secret, check }, { secret, check })).toBe(data)
  for (const other of [
    { userAgent: 'x' },
    { scheme: 'http' },
    { address: '192.0.2.2' },
    { tlsSession: 'x' },
  ] as const) {
    expect(await across({ secret, check }, { secret, check }, Object.assign({}, facts, other))).toBe('tampered')
  }
})

test('a fact that the server ought to know and does not is a mistake', async () => {
  const settings = v3Format({ secret, check: { addr: true } })
  await expect(sealV3(settings, content(), { scheme: 'https' })).rejects.toThrow(SessionConfigError)
  await expect(sealV3(v3Format({ secret }), content(), {})).rejects.toThrow(/check.scheme/)
  expect(await sealV3(v3Format({ secret }), content(), { scheme: 'https' })).toBeDefined()
})

test('other HMACs, encoders and a further secret work', async () => {
  for (const hmac of ['sha256', 'sha384', 'sha512'] as const)
    expect(await across({ secret, hmac }, { secret, hmac })).toBe(data)
  for (const encoder of ['hex', 'base16'] as const)
    expect(await across({ secret, encoder }, { secret, encoder })).toBe(data)
  expect(await across({ secret: 'older' }, { secret: [secret, 'older'] })).toBe(data)
})

test('a bomb is not inflated', async () => {
  const bomb = `{"a":"${'a'.repeat(2_000_000)}"}`
  const written = lenientV3({ secret, compressor: 'zlib', mostBytes: 3_000_000 })
  const sealed = await sealV3(written, { ...content(), data: bomb }, facts)
  const open = async (settings = written) => {
    const cookie = readV3Cookie(settings, sealed?.cookie ?? '')
    return cookie.ok && openV3(settings, cookie.value, facts)
  }
  expect(await open()).toMatchObject({ ok: true })
  expect(await open(lenientV3({ secret, compressor: 'zlib' }))).toEqual({ ok: false, refusal: 'malformed' })
  expect(await sealV3(lenientV3({ secret }), { ...content(), data: bomb }, facts)).toBeUndefined()
})

test.each(['[]', '1', '"a"', 'null', '', '{', '\ud800'])(
  'what is genuine and no JSON object is malformed: %j',
  async (text) => {
    const settings = v3Format({ secret })
    const sealed = await sealV3(settings, { ...content(), data: text }, facts)
    const cookie = readV3Cookie(settings, sealed?.cookie ?? '')
    expect(cookie.ok && (await openV3(settings, cookie.value, facts))).toEqual({ ok: false, refusal: 'malformed' })
  },
)

test('a long value is cut into marked chunks, and only whole ones are joined', () => {
  const value = 'x0'.repeat(4500)
  const chunks = splitV3(value, 4000) ?? []
  expect(chunks.map(({ length }) => length)).toEqual([4001, 4001, 1000])
  const jar = new Map(chunks.map((chunk, at) => [v3ChunkName('s', at + 1), chunk]))
  const join = (changes: Record<string, string | undefined> = {}) => {
    const lookUp = (name: string) => (Object.hasOwn(changes, name) ? changes[name] : jar.get(name))
    return joinV3('s', lookUp('s') ?? '', 4000, lookUp)
  }
  expect([...jar.keys()]).toEqual(['s', 's_2', 's_3'])
  expect(join()).toEqual({ ok: true, value })
  expect(join({ s_3: undefined })).toEqual({ ok: false, refusal: 'incomplete' })
  expect(join({ s_2: `${chunks[1]}0` })).toEqual({ ok: false, refusal: 'malformed' })
  expect(join({ s_2: `${chunks[1]?.slice(0, -1)}1` })).toEqual({ ok: false, refusal: 'malformed' })
  expect(join({ s: '' })).toEqual({ ok: false, refusal: 'malformed' })
  expect(joinV3('s', chunks[0] ?? '', 4000, () => chunks[0])).toEqual({ ok: false, refusal: 'malformed' })
  expect(splitV3('x'.repeat(36_000), 4000)).toHaveLength(9)
  expect(splitV3('x'.repeat(36_001), 4000)).toBeUndefined()
  expect(splitV3('x'.repeat(4000), 4000)).toEqual(['x'.repeat(4000)])
})

test('DSHM, which holds text, keeps the data encoded', () => {
  const settings = v3Format({ secret, storage: 'server' })
  const bytes = Uint8Array.of(0, 255, 7)
  expect(v3RecordName(settings, 'dshm', bytes)).toBe('sessions::AP8H')
  expect(v3StoredValue(settings, 'dshm', bytes)).toEqual(toUtf8('AP8H'))
  expect(v3StoredData(settings, 'dshm', v3StoredValue(settings, 'dshm', bytes))).toEqual(base64url.decode('AP8H'))
  expect(v3StoredData(settings, 'dshm', Uint8Array.from(Buffer.from('AP8')))).toEqual(base64url.decode('AP8'))
  expect(v3StoredData(settings, 'dshm', Uint8Array.of(0, 255, 7))).toBeUndefined()
  expect(v3StoredValue(settings, 'redis', bytes)).toBe(bytes)
  expect(v3RecordName(settings, 'redis', bytes, 'p')).toBe('p:AP8H')
})

describe('the options', () => {
  const weak: readonly [string, Omit<V3FormatOptions, 'secret'>][] = [
    ['gcm-ignores-checks', { aes: { mode: 'gcm' }, strategy: 'regenerate', storage: 'server' }],
    ['keystream-reuse', { aes: { mode: 'gcm' }, check: { ua: false, scheme: false } }],
    ['keystream-reuse', { aes: { mode: 'ctr' } }],
    ['keystream-reuse', { aes: { mode: 'cfb8' } }],
    ['unprotected-expiry', { strategy: 'regenerate' }],
    ['equal-blocks', { aes: { mode: 'ecb' } }],
    ['short-id', { random: { length: 15 } }],
  ]

  test.each(weak)('refuse what is weak unless it is named: %s', (name, options) => {
    expect(() => v3Format({ ...options, secret })).toThrow(SessionConfigError)
    expect(() => v3Format({ ...options, secret })).toThrow(name)
    const allow = [weak.find(([one]) => one === name)?.[0]] as V3FormatOptions['allow'] & {}
    const taken = { ...options, secret, allow }
    for (const accept of [() => lenientV3(taken), () => v3Format(taken)]) {
      if (platformLacks(options)) expect(accept).toThrow(LACKING)
      else expect(accept).not.toThrow()
    }
  })

  test('take what is not weak', () => {
    expect(() => v3Format({ secret })).not.toThrow()
    expect(() => v3Format({ secret, cipher: 'none' })).not.toThrow()
    expect(() => v3Format({ secret, strategy: 'regenerate', storage: 'server' })).not.toThrow()
    const unchecked = { ua: false, scheme: false }
    const gcm = { strategy: 'regenerate', storage: 'server', aes: { mode: 'gcm' }, check: unchecked } as const
    expect(() => v3Format({ secret, ...gcm })).not.toThrow()
  })

  test('keep a check that is left out by the word `undefined`', () => {
    const check = { ua: undefined, scheme: undefined } as unknown as V3FormatOptions['check'] & {}
    expect(v3Format({ secret, check }).check).toEqual(v3Format({ secret }).check)
  })

  test('refuse idletime with a server storage, whatever is allowed', () => {
    expect(() => lenientV3({ secret, storage: 'server', cookie: { idletime: 300 } })).toThrow(/idletime/)
  })

  const wrong: readonly object[] = [
    { secret: '' },
    { secret: [] },
    { secret: ['a', ''] },
    { secret: null },
    { secret: ['a', null] },
    { secret: { length: 3 } },
    { secret: 7 },
    { strategy: 'constructor' },
    { storage: 'redis' },
    { cipher: 'des' },
    { aes: { size: 512 } },
    { aes: { mode: 'xts' } },
    { aes: { hash: 'sha3' } },
    { aes: { rounds: 1e9 } },
    { aes: { rounds: 0 } },
    { hmac: 'md5' },
    { encoder: 'base32' },
    { compressor: 'brotli' },
    { random: { length: 0 } },
    { cookie: { lifetime: 0.5 } },
    { cookie: { maxsize: 5000 } },
    { mostBytes: Number.POSITIVE_INFINITY },
    { allow: ['everything'] },
    { allow: ['__proto__'] },
  ]
  test.each(wrong)('refuse what cannot be: %j', (options) => {
    expect(() => v3Format({ secret, ...options })).toThrow(SessionConfigError)
  })
})
