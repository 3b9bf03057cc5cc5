import { HeaderJar } from '@sojourn/core'
import { defaults, seal as ironSeal } from 'iron-webcrypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Browser, NAME } from './test-support/browser.ts'
import { release9 } from './test-support/iron-session.ts'
import { ironSessions, OTHER_PASSWORD, PASSWORD } from './test-support/sessions.ts'

const { sessions } = ironSessions({ cookie: { maxCookies: 4 } })
const openValue = async (value: string) => {
  const { data, refusal } = await sessions.read({ jar: new HeaderJar(`${NAME}=${value}`) })
  return refusal ?? data
}
const openRaw = async (value: string) =>
  (await sessions.read({ jar: { get: (name) => (name === NAME ? [value] : []) } })).refusal

let cookie: string
beforeAll(async () => {
  const browser = new Browser()
  await browser.visit(sessions, ({ data }) => void Object.assign(data, { name: 'Ada', visits: 3 }))
  cookie = browser.seal
  expect(await openValue(cookie)).toEqual({ name: 'Ada', visits: 3 })
})

/** One after the other would take as long again: WebCrypto has several threads. */
async function refusalsOf(values: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const queue = values[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        const refusal = (await openRaw(next.value)) ?? 'accepted'
        counts.set(refusal, (counts.get(refusal) ?? 0) + 1)
      }
    }),
  )
  return counts
}

describe('a changed cookie', () => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_*~.+/=% \n\0ä🦊'

  it('is refused for every edit of one character, and never throws', { timeout: 120_000 }, async () => {
    function* edits() {
      for (let at = 0; at < cookie.length; at++) {
        const [before, after] = [cookie.slice(0, at), cookie.slice(at + 1)]
        for (const char of ALPHABET) if (char !== cookie[at]) yield before + char + after
      }
    }
    const refusals = await refusalsOf(edits())
    expect([...refusals.keys()].sort()).toEqual(['malformed', 'tampered', 'unknown-key'])
    expect([...refusals.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(18_000)
  })

  it('is refused cut off, extended, doubled and with anything left out or put in', { timeout: 60_000 }, async () => {
    function* changes() {
      for (let at = 0; at < cookie.length; at++) {
        yield cookie.slice(0, at)
        yield cookie.slice(at + 1)
        yield cookie.slice(0, at) + cookie.slice(at + 1)
        for (const more of ['A', '*', '0', ' ', cookie.charAt(at)]) yield cookie.slice(0, at) + more + cookie.slice(at)
      }
      for (const more of ['A', '=', '~', '~2', ' ', '\n', cookie, `*${cookie}`, `,${cookie}`]) yield cookie + more
    }
    // Nothing is left of it when it is cut off at its first or last character: what a deletion leaves behind.
    const refusals = await refusalsOf(changes())
    expect([...refusals.keys()].sort()).toEqual(['malformed', 'missing', 'tampered', 'unknown-key'])
    expect(refusals.get('missing')).toBe(2)
  })
})

describe('what iron-session is lenient about', () => {
  it('is refused: another version mark, or none', async () => {
    for (const mark of ['', '~', '~1', '~3', '~02', '~2~2', '~2x']) {
      const value = cookie.replace(/~2$/, mark)
      expect(await openValue(value), mark).toBe('malformed')
    }
    expect(await release9.unsealData(cookie.replace('~2', '~3'), { password: PASSWORD })).not.toEqual({})
  })

  it('is refused: two cookies in one', async () => {
    expect(await openValue(cookie + cookie)).toBe('malformed')
    expect(await release9.unsealData(cookie + cookie, { password: PASSWORD })).not.toEqual({})
  })

  it('is refused: the same MAC in other base64url', async () => {
    const last = cookie.at(-3) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = `${cookie.slice(0, -3)}${alphabet[alphabet.indexOf(last) + 1]}~2`
    expect(await release9.unsealData(twin, { password: PASSWORD })).not.toEqual({})
    expect(await openValue(twin)).toBe('malformed')
  })

  it('is refused: the ids of what every object has', async () => {
    for (const id of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'default', '', '01', '1_', '2'])
      expect(await openValue(cookie.replace('*1*', `*${id}*`)), id).toBe('unknown-key')
    for (const id of ['1.0', '+1', ' 1', '1'.repeat(65), '-1'])
      expect(await openValue(cookie.replace('*1*', `*${id}*`)), id).toBe('malformed')
  })
})

describe('a seal with the right password', () => {
  const sealed = async (payload: string, options: object = {}) =>
    `${await ironSeal(undefined, { id: '1', secret: PASSWORD }, { ...defaults, encode: () => payload, ...options })}~2`

  it('is malformed when it holds anything but a plain object', async () => {
    for (const payload of ['[]', 'null', '1', '"text"', 'true', '', '{', '{"a":1}x', '{"__proto__":{"admin":true}}'])
      expect(await openValue(await sealed(payload)), payload).toBe('malformed')
    expect(await openValue(await sealed('{"a":{"constructor":1}}'))).toEqual({ a: { constructor: 1 } })
  })

  it('is malformed with other parameters than those of iron-session', async () => {
    const ctr = { encryption: { ...defaults.encryption, algorithm: 'aes-128-ctr' } }
    expect(await openValue(await sealed('{"long enough for it":1}', ctr))).toBe('malformed')
    const salts = { integrity: { ...defaults.integrity, saltBits: 128 } }
    expect(await openValue(await sealed('{}', salts))).toBe('malformed')
    const iterations = { integrity: { ...defaults.integrity, iterations: 2 } }
    expect(await openValue(await sealed('{}', iterations))).toBe('tampered')
  })

  it('is tampered when another password made it under the same id', async () => {
    const value = await release9.sealData({}, { password: OTHER_PASSWORD })
    expect(await openValue(value)).toBe('tampered')
  })
})

describe('work', () => {
  it('is not done for what has not the form of a seal, however long, or names no password', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveKey')
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const values = [
      cookie.replace('*1*', '*2*'),
      'Fe26.2*'.repeat(1000),
      `${'Fe26.2'.padEnd(16_000, '*')}~2`,
      cookie.replace('~2', `${'A'.repeat(1_000_000)}~2`),
      cookie.replace(/\*[\w-]{22}\*/, (iv) => iv + 'A'.repeat(17_000)),
      cookie.replace(/\*(\d+)\*/, '*999999999999999999*'),
      cookie.replace(/^Fe26\.2/, 'Fe26.1'),
      '*******~2',
      'x'.repeat(1_000_000),
    ]
    for (const value of values) expect(await openRaw(value)).toMatch(/^(malformed|unknown-key)$/)
    expect(derive).not.toHaveBeenCalled()
    expect(verify).not.toHaveBeenCalled()
    await openRaw(cookie.replace('*1*', '*1*'))
    expect(verify).toHaveBeenCalledOnce()
    vi.restoreAllMocks()
  })

  it('is done for one derivation only where the MAC does not fit', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveKey')
    expect(await openRaw(cookie.replace(/.~2$/, cookie.endsWith('A~2') ? 'E~2' : 'A~2'))).toBe('tampered')
    expect(derive).toHaveBeenCalledOnce()
    vi.restoreAllMocks()
  })
})

describe('several cookies of one name', () => {
  it('are ambiguous when two open; one that does not open is passed over', async () => {
    const other = await release9.sealData({ name: 'Eve' }, { password: PASSWORD })
    const refusalOf = async (...values: string[]) =>
      (await sessions.read({ jar: new HeaderJar(values.map((value) => `${NAME}=${value}`).join('; ')) })).refusal
    expect(await refusalOf(cookie, other)).toBe('ambiguous')
    expect(await refusalOf('x', cookie)).toBeUndefined()
    expect(await refusalOf(cookie, cookie)).toBeUndefined()
    expect(await refusalOf('a', 'b', 'c', 'd', cookie)).toBe('ambiguous')
  })
})
