import { describe, expect, test } from 'vitest'
import { createSessions } from '../../index.ts'
import type { Parts } from '../contracts/parts.ts'
import type { Bytes } from '../contracts/store.ts'
import { partNamed } from '../parts/named-part.ts'
import { memoryStore } from '../stores/memory.ts'
import { refusalOf } from '../test-support/environment.ts'
import { foreignFormat } from '../test-support/foreign-format.ts'
import { partVariables } from './chosen-parts.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'

const mine: Required<Omit<Parts, 'store' | 'persistence'>> = {
  cipher: {
    mine: { name: 'rot-0', tagLength: 0, encrypt: (data) => ({ data }), decrypt: (data) => data },
  },
  hmac: { mine: { name: 'zeros', length: 16, sign: () => new Uint8Array(16) } },
  serializer: { mine: { name: 'spaced', serialize: (data) => JSON.stringify(data, null, 1), deserialize: JSON.parse } },
  compressor: { mine: { name: 'never', compress: () => undefined, expand: () => undefined } },
  encoder: { mine: { name: 'hexed', encode: () => '', decode: () => undefined } },
  identifier: { mine: (length) => new Uint8Array(length) },
  strategy: { mine: () => 'keep' },
}
const parts: Parts = {
  ...mine,
  store: { mysql: { ...memoryStore({ name: 'mysql' }), name: 'mysql' } },
  persistence: { mine: foreignFormat('mine') },
}

describe('a part of the caller is chosen by its name', () => {
  test.each(partVariables)('$name=mine', ({ name, kind }) => {
    const options = sessionOptionsFromEnv({ SESSION_CIPHER: 'none', [name]: 'mine' }, { parts })
    expect(options).toEqual({ cipher: 'none', [kind]: 'mine', parts })
  })

  test('SESSION_STORAGE=mysql', () => {
    expect(sessionOptionsFromEnv({ SESSION_STORAGE: 'mysql' }, { parts })).toEqual({ store: parts.store?.['mysql'] })
  })

  test('SESSION_FORMAT=mine', () => {
    const { persistence } = sessionOptionsFromEnv({ SESSION_FORMAT: 'mine' }, { parts })
    expect(persistence).toBe(parts.persistence?.['mine'])
  })

  test('and is what sessions are made of', () => {
    const all = Object.fromEntries(partVariables.map(({ name }) => [name, 'mine']))
    const options = sessionOptionsFromEnv({ ...all, SESSION_STORAGE: 'mysql' }, { parts })
    expect(createSessions(options).describe()).toMatchObject({
      parts: {
        cipher: 'rot-0',
        hmac: 'zeros',
        serializer: 'spaced',
        compressor: 'never',
        encoder: 'hexed',
        identifier: 'own function',
      },
      strategy: 'own function',
      store: 'mysql',
    })
    const { format } = createSessions(sessionOptionsFromEnv({ SESSION_FORMAT: 'mine' }, { parts })).describe()
    expect(format).toBe('mine')
  })

  test('and there is a variable for every kind of part', () => {
    const kinds = [...partVariables.map(({ kind }) => kind), 'store', 'persistence']
    expect(kinds.toSorted()).toEqual(Object.keys(parts).toSorted())
  })
})

describe('a built-in part', () => {
  test('is chosen in any case, and by the name that lua-resty-session has for it', () => {
    const env = { SESSION_CIPHER: ' AES ', SESSION_ENCODER: 'Base16', SESSION_COMPRESSOR: 'ZLIB' }
    expect(sessionOptionsFromEnv(env)).toEqual({ cipher: 'aes', encoder: 'hex', compressor: 'gzip' })
  })

  test('needs no parts of the caller, who may have some that are not chosen', () => {
    expect(sessionOptionsFromEnv({ SESSION_CIPHER: 'aes' }, { parts })).toEqual({ cipher: 'aes' })
  })

  test.each(partVariables.flatMap(({ kind, builtIn }) => builtIn.map((name) => ({ kind, name }))))(
    'can be had: $kind $name',
    ({ kind, name }) => {
      try {
        partNamed(kind, name)
      } catch (error) {
        expect(String(error)).toContain('which the WebCrypto of this runtime does not have')
      }
    },
  )
})

test('a name of the caller under which there is no part is refused when sessions are made of it', () => {
  for (const kind of ['cipher', 'serializer'] as const) {
    const nothing = { [kind]: { mine: null } } as unknown as Parts
    const options = sessionOptionsFromEnv({ [`SESSION_${kind.toUpperCase()}`]: 'mine' }, { parts: nothing })
    expect(() => createSessions(options)).toThrow(`\`parts.${kind}.mine\` is no ${kind}`)
  }
})

describe('a name that nobody knows is refused with a list of those there are', () => {
  test.each([
    ['SESSION_CIPHER', 'Use aes, chacha20-poly1305, none or mine.'],
    ['SESSION_HMAC', 'Use sha256, sha384, sha512, sha1 or mine.'],
    ['SESSION_SERIALIZER', 'Use json or mine.'],
    ['SESSION_COMPRESSOR', 'Use none, deflate, gzip or mine.'],
    ['SESSION_ENCODER', 'Use base64url, hex or mine.'],
    ['SESSION_IDENTIFIER', 'Use random or mine.'],
    ['SESSION_STRATEGY', 'Use default, regenerate or mine.'],
    ['SESSION_STORAGE', 'Use cookie, memory or mysql.'],
    ['SESSION_FORMAT', 'Use native or mine.'],
  ])('%s', (name, allowed) => {
    for (const text of ['yours', 'constructor', '__proto__', 'toString'])
      expect(refusalOf({ [name]: text }, { parts })).toContain(
        `${name} is ${JSON.stringify(text)}, which is not allowed. ${allowed}`,
      )
  })
})

describe('what does nothing is told', () => {
  const aes = { SESSION_AES_SIZE: '128', SESSION_AES_MODE: 'cbc' }

  test('size and mode of AES, for another cipher', () => {
    expect(sessionOptionsFromEnv(aes)).toEqual({ aes: { size: 128, mode: 'cbc' } })
    expect(sessionOptionsFromEnv({ ...aes, SESSION_CIPHER: 'none' })).toEqual({
      cipher: 'none',
      ignoredEnvironment: [
        'SESSION_AES_MODE (SESSION_CIPHER is not aes)',
        'SESSION_AES_SIZE (SESSION_CIPHER is not aes)',
      ],
    })
  })

  const sealing = {
    name: 'sealing',
    tagLength: 16,
    encrypt: (data: Bytes) => ({ data }),
    decrypt: (data: Bytes) => data,
  }

  test.each([
    {},
    { SESSION_CIPHER: 'aes', SESSION_AES_MODE: 'gcm' },
    { SESSION_CIPHER: 'chacha20-poly1305' },
    { SESSION_CIPHER: 'sealing' },
  ])('an HMAC, for a cipher that authenticates by itself: %j', (env) => {
    const options = sessionOptionsFromEnv({ ...env, SESSION_HMAC: 'sha1' }, { parts: { cipher: { sealing } } })
    expect(options).not.toHaveProperty('hmac')
    expect(options.ignoredEnvironment).toEqual(['SESSION_HMAC (the cipher authenticates by itself)'])
  })

  test.each([
    { SESSION_CIPHER: 'none' },
    { SESSION_AES_MODE: 'cbc' },
    { SESSION_CIPHER: 'aes', SESSION_AES_MODE: 'ctr' },
    { SESSION_CIPHER: 'mine' },
  ])('but not for one that does not: %j', (env) => {
    const options = sessionOptionsFromEnv({ ...env, SESSION_HMAC: 'sha1' }, { parts })
    expect(options.hmac).toBe('sha1')
    expect(options).not.toHaveProperty('ignoredEnvironment')
  })
})
