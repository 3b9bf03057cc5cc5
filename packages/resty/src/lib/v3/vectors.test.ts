import { readFileSync } from 'node:fs'
import { SessionConfigError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import { changedBytes, changedTexts } from '../test-support/changed-texts.ts'
import { LACKING, platformLacks } from '../test-support/platform-lacks.ts'
import {
  expectedOfChangedV3,
  factsOfV3,
  settingsOfV3,
  storageOfV3,
  type V3File,
  type V3Vector,
  valueOfLine,
} from '../test-support/v3-vectors.ts'
import { joinV3, splitV3 } from './chunks.ts'
import { readV3Cookie } from './cookie.ts'
import { v3AesKey, v3Keys, v3SessionKey } from './keys.ts'
import { openV3, sealV3 } from './session.ts'
import type { V3Settings } from './settings.ts'
import { v3RecordName } from './storage-names.ts'
import { refusalOfV3Times } from './times.ts'

const { vectors }: V3File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-3.10.json', import.meta.url), 'utf8'),
)

const storedOf = (base64: string | undefined | null) =>
  base64 ? new Uint8Array(Buffer.from(base64, 'base64')) : undefined

/** What a cookie, with what is stored for it, opens to: its data, or why not. */
async function outcomeOf(
  vector: V3Vector,
  value: string,
  { userAgent = vector.request.userAgent, stored = storedOf(vector.storage?.valueBase64), now = vector.now } = {},
): Promise<string> {
  const settings = settingsOfV3(vector)
  const cookie = readV3Cookie(settings, value)
  if (!cookie.ok) return cookie.refusal
  const opened = await openV3(
    settings,
    cookie.value,
    { ...factsOfV3(vector), userAgent },
    settings.usesStorage ? stored : undefined,
  )
  if (!opened.ok) return opened.refusal
  return refusalOfV3Times(cookie.value, settings, now) ?? opened.value.data
}

/** The value that a list of `name=value` texts adds up to. */
function joined({ maxSize }: V3Settings, cookies: readonly string[]) {
  const values = new Map(cookies.map((cookie) => [cookie.split('=')[0] ?? '', valueOfLine(cookie)]))
  return joinV3('session', values.get('session') ?? '', maxSize, (name) => values.get(name))
}

const named = vectors.map((vector) => [vector.name, vector] as const)
const [lacking, open] = [true, false].map((lacks) =>
  named.filter(([, { options }]) => platformLacks(options) === lacks),
)

test.for(lacking ?? [])('lua-resty-session 3.10: %s is refused by the format', ([, vector]) => {
  expect(() => settingsOfV3(vector)).toThrow(SessionConfigError)
  expect(() => settingsOfV3(vector)).toThrow(LACKING)
})

describe.each(open ?? [])('lua-resty-session 3.10: %s', (_, vector) => {
  const settings = settingsOfV3(vector)
  const claims = {
    id: new Uint8Array(Buffer.from(vector.idHex, 'hex')),
    expires: vector.expires,
    ...(vector.usebefore !== null && { usebefore: vector.usebefore }),
  }

  test('derives the keys', async () => {
    const { covered, hmacKey } = await v3Keys(settings, settings.secrets[0]!, claims)
    expect(Buffer.from(covered).toString('hex')).toBe(vector.derived.hmacKeyInputHex)
    expect(Buffer.from(hmacKey).toString('hex')).toBe(vector.derived.hkeyHex)
    expect(Buffer.from(v3SessionKey(settings, factsOfV3(vector))).toString()).toBe(vector.sessionKey)
    if (settings.cipher.kind === 'none') return
    const { key, iv } = await v3AesKey(settings.cipher, claims.id, hmacKey)
    expect(Buffer.from(key).toString('hex')).toBe(vector.derived.aesKeyHex)
    const isWithoutIv = settings.cipher.mode === 'ecb'
    expect(Buffer.from(iv).toString('hex')).toBe(isWithoutIv ? '' : vector.derived.ivHex)
  })

  test('opens the cookies', async () => {
    expect(joined(settings, vector.setCookie)).toEqual({ ok: true, value: vector.cookieValue })
    expect(await outcomeOf(vector, vector.cookieValue)).toBe(vector.plaintext)
  })

  test('finds the record', () => {
    const storage = storageOfV3(vector)
    if (storage) expect(v3RecordName(settings, storage, claims.id)).toBe(vector.storage?.key)
  })

  test('writes the same bytes', async () => {
    const sealed = await sealV3(settings, { ...claims, data: vector.plaintext }, factsOfV3(vector))
    if (settings.isCompressed) {
      expect(await outcomeOf(vector, sealed?.cookie ?? '')).toBe(vector.plaintext)
      return
    }
    expect(sealed?.cookie).toBe(vector.cookieValue)
    expect(splitV3(sealed?.cookie ?? '', settings.maxSize)).toEqual(vector.setCookie.map(valueOfLine))
    if (vector.storage) expect(Buffer.from(sealed?.stored ?? []).toString('base64')).toBe(vector.storage.valueBase64)
  })

  test('opens what Node made and the library accepted', async () => {
    if (!vector.nodeMinted) return
    const stored = storedOf(vector.nodeMinted.storedBase64)
    const whole = joined(settings, vector.nodeMinted.cookie.split('; '))
    const value = whole.ok ? whole.value : ''
    expect(JSON.parse(await outcomeOf(vector, value, stored && { stored }))).toMatchObject({ minted: 'node' })
  })

  test('refuses another user agent, unless the format does not check it', async () => {
    const isChecked = settings.check.ua && !(settings.cipher.kind === 'aes' && settings.cipher.mode === 'gcm')
    const expected = isChecked ? 'tampered' : vector.plaintext
    expect(await outcomeOf(vector, vector.cookieValue, { userAgent: 'another/1.0' })).toBe(expected)
    expect(vector.negative?.wrongUserAgent?.accepted).toBe(!isChecked)
  })

  test('refuses a session that was prolonged, also where the library does not', async () => {
    const prolonged = vector.cookieValue.replace(`|${vector.expires}`, `|${vector.expires + 100_000}`)
    const tried = vector.negative?.expiresPlus100000
    if (tried) expect(valueOfLine(tried.cookie ?? '')).toBe(prolonged)
    expect(await outcomeOf(vector, prolonged)).toBe(settings.strategy === 'default' ? 'tampered' : 'malformed')
  })

  test('refuses every changed cookie for what it is', { timeout: 600_000 }, async () => {
    for (const changed of changedTexts(vector.cookieValue)) {
      if (changed !== vector.cookieValue)
        expect(await outcomeOf(vector, changed), changed).toBe(expectedOfChangedV3(vector, settings, changed))
    }
  })

  test('refuses every changed record', { timeout: 600_000 }, async () => {
    const stored = storedOf(vector.storage?.valueBase64)
    for (const changed of stored ? changedBytes(stored) : []) {
      expect(await outcomeOf(vector, vector.cookieValue, { stored: changed })).toBe('tampered')
    }
  })
})
