import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Secret } from '../contracts/options.ts'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { parseSecrets } from './secrets.ts'

const random = (length = 32): Bytes => new Uint8Array(randomBytes(length))
const plain = (secrets: readonly Bytes[]): number[][] => secrets.map((secret) => [...secret])

function messageOf(secret: unknown): string {
  try {
    parseSecrets(secret as Secret)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}

describe('a secret is read', () => {
  const bytes = random()
  const base64 = Buffer.from(bytes).toString('base64')

  test.each<[string, Secret]>([
    ['bytes', bytes],
    ['a Buffer within a larger one', Buffer.concat([random(), bytes]).subarray(32)],
    ['base64:', `base64:${base64}`],
    ['base64: without padding', `base64:${base64.replace(/=+$/, '')}`],
    ['base64: in the alphabet for URLs', `base64:${Buffer.from(bytes).toString('base64url')}`],
    ['hex:', `hex:${Buffer.from(bytes).toString('hex')}`],
    ['hex: in capitals', `hex:${Buffer.from(bytes).toString('hex').toUpperCase()}`],
  ])('from %s', (_form, secret) => {
    expect(plain(parseSecrets(secret))).toEqual([[...bytes]])
  })

  test('as UTF-8 when it has no prefix, even where it looks like base64', () => {
    for (const text of [base64, 'korrekt häst batteri klammer 漢字']) {
      expect(plain(parseSecrets(text))).toEqual([[...Buffer.from(text)]])
    }
  })

  test('in a list, keeping the order', () => {
    const list = [random(), random(40), random(64)]
    expect(plain(parseSecrets(list))).toEqual(plain(list))
  })

  test('as a copy, so that changing the given bytes later changes nothing', () => {
    const given = random()
    const [parsed] = parseSecrets(given)
    const before = [...given]
    given.fill(0)
    expect([...parsed!]).toEqual(before)
  })

  test('whatever a good generator gives', () => {
    for (let round = 0; round < 1000; round++) {
      const secret = randomBytes(32)
      expect(parseSecrets(secret)).toHaveLength(1)
      expect(parseSecrets(secret.toString('base64'))).toHaveLength(1)
      expect(parseSecrets(secret.toString('hex'))).toHaveLength(1)
    }
  })
})

describe('a secret is refused', () => {
  test.each<[string, unknown, RegExp]>([
    ['empty text', '', /is empty/],
    ['null', null, /is empty/],
    ['a number', 42, /neither text nor bytes/],
    ['an object', {}, /neither text nor bytes/],
    ['no bytes', new Uint8Array(), /has 0 bytes/],
    ['31 bytes', random(31), /has 31 bytes, fewer than 32/],
    ['31 characters', 'abcdefghijklmnopqrstuvwxyz01234', /has 31 bytes/],
    ['base64: of 31 bytes', `base64:${Buffer.from(random(31)).toString('base64')}`, /has 31 bytes/],
    ['hex: of 31 bytes', `hex:${'0123456789abcdef'.repeat(4).slice(2)}`, /has 31 bytes/],
    ['base64: of nothing', 'base64:', /has 0 bytes/],
    ['an example of lua-resty-session', '5ixIW4QVMk0dPtoIhn41Eh1I9enP2060', /example/],
    ['an example of lua-resty-session', 'QvPtlPKxOKdP5MCu1oI3lOEXIVuDckp7', /example/],
    ['an example of lua-resty-session', '623q4hR325t36VsCD3g567922IC0073T', /example/],
    ['an example of iron-session', 'complex_password_at_least_32_characters_long', /example/],
    ['an example as base64:', `base64:${btoa('QvPtlPKxOKdP5MCu1oI3lOEXIVuDckp7')}`, /example/],
    ['a test vector', 'sojourn vector: a passphrase in plain text', /example/],
    ['one character', 'a'.repeat(64), /can be guessed/],
    ['one byte', new Uint8Array(32), /can be guessed/],
    ['eight different characters', 'abcdefgh'.repeat(4), /can be guessed/],
    ['one block again and again', 'abcdefghijklmnop'.repeat(2), /can be guessed/],
    ['a block cut off at the end', 'abcdefghijklmnop'.repeat(3).slice(0, 41), /can be guessed/],
    ['a repeated random block', Buffer.concat([...Array(2).fill(random(16))]), /can be guessed/],
    ['few characters, unevenly', `${'a'.repeat(40)}bcdefghij`, /can be guessed/],
  ])('when it is %s', (_kind, secret, problem) => {
    expect(messageOf(secret)).toMatch(problem)
    expect(messageOf(secret)).toMatch(/^`secret` .* Make one with `openssl rand -base64 32`\.$/)
  })

  const good = Buffer.from(random()).toString('base64')
  test.each([
    `base64:${good.slice(0, -1)}!`,
    `base64:${good}=`,
    `base64:${good}\n`,
    `base64: ${good}`,
    `base64:${good.slice(0, 20)} ${good.slice(20)}`,
    `base64:${good.slice(0, -4)}AAB=`,
    `base64:${good.slice(0, -1)}==`,
    `base64:${good}====`,
    'hex:0123',
    `hex:${'0f'.repeat(32)}0`,
    `hex:${'0g'.repeat(32)}`,
    `hex: ${'0f'.repeat(32)}`,
    `hex:${'0f '.repeat(32)}`,
  ])('when its encoding is off: %#', (secret) => {
    expect(messageOf(secret)).toMatch(/prefix|fewer than 32/)
  })

  test('when a list is empty', () => {
    expect(messageOf([])).toMatch(/^`secret` is an empty list/)
  })

  test.each([
    ['an undefined entry', undefined, /^`secret\[1\]` is empty/],
    ['an empty entry', '', /^`secret\[1\]` is empty/],
    ['a short entry', 'short', /^`secret\[1\]` has 5 bytes/],
    ['a list in the list', [random()], /^`secret\[1\]` is neither text nor bytes/],
  ])('by its place in the list, for %s', (_kind, entry, message) => {
    expect(messageOf([random(), entry, random()])).toMatch(message)
  })

  test('when a list has it twice, in whatever form', () => {
    const bytes = random()
    const forms = [bytes, Uint8Array.from(bytes), `base64:${Buffer.from(bytes).toString('base64')}`]
    for (const form of forms) {
      expect(messageOf([bytes, random(), form])).toMatch(/^`secret\[2\]` is the same as `secret\[0\]`/)
    }
  })

  test('without ever being shown', () => {
    const weak = 'canarycanarycanarycanarycanarycanary'
    for (const secret of [weak, `base64:${weak}!`, `hex:${weak}`, [weak], 'canary']) {
      expect(messageOf(secret)).not.toContain('canary')
    }
  })
})
