import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../contracts/store.ts'
import { bytes, envelopeOf, ID, lp, NEW_SECRET, OLD_SECRET, utf8 } from '../test-support/envelopes.ts'
import { decodeEntry, encodeEntry } from './payload.ts'

describe('the fingerprint of a session id', () => {
  const fingerprint = async (id: Bytes, options?: Parameters<typeof envelopeOf>[0]): Promise<string> =>
    (await (await envelopeOf(options)).fingerprint(id))()

  test('is the documented keyed hash, the same every time', async () => {
    const prk = createHmac('sha512', 'sojourn/1').update(OLD_SECRET).digest()
    const info = Buffer.concat([utf8('sojourn/1 id'), lp(utf8('__Host-session')), lp(utf8('shop')), lp(ID)])
    const block = createHmac('sha512', prk).update(info).update('\x01').digest()
    const show = await (await envelopeOf()).fingerprint(ID)
    expect(show()).toBe(block.toString('base64url', 0, 24))
    expect(show()).toBe(show())
  })

  test('differs with the id, the name, the audience, where they are divided, and the newest secret', async () => {
    const shown = await Promise.all([
      fingerprint(ID),
      fingerprint(bytes(32, 201)),
      fingerprint(ID, { name: 'ab', audience: 'c' }),
      fingerprint(ID, { name: 'a', audience: 'bc' }),
      fingerprint(ID, { audience: '' }),
      fingerprint(ID, { secrets: [NEW_SECRET, OLD_SECRET] }),
    ])
    expect(new Set(shown).size).toBe(shown.length)
  })
})

describe('the index key of a subject', () => {
  test('is the documented keyed hash', async () => {
    const prk = createHmac('sha512', 'sojourn/1').update(OLD_SECRET).digest()
    const context = ['__Host-session', 'shop', 'ada ✓'].map((value) => lp(utf8(value)))
    const info = Buffer.concat([utf8('sojourn/1 subject'), ...context])
    const block = createHmac('sha512', prk).update(info).update('\x01').digest()
    expect(await (await envelopeOf()).indexKeys('ada ✓')).toEqual([block.toString('base64url', 0, 32)])
  })

  test('differs with the subject and never contains it', async () => {
    const envelope = await envelopeOf()
    expect(await envelope.indexKeys('ada')).not.toEqual(await envelope.indexKeys('bob'))
    expect((await envelope.indexKeys('ada')).join()).not.toContain('ada')
  })
})

describe('an entry of the index', () => {
  const entries = async (id: Bytes, options?: Parameters<typeof envelopeOf>[0]): Promise<readonly string[]> =>
    (await envelopeOf(options)).sealAlike(encodeEntry(id))

  test('is the same text every time, and the id again when it is opened', async () => {
    const [text = ''] = await entries(ID)
    expect(await entries(ID)).toEqual([text])
    const opened = await (await envelopeOf()).openText('index', text)
    expect(opened.ok && Uint8Array.from(decodeEntry(opened.payload) ?? [])).toEqual(Uint8Array.from(ID))
  })

  test('differs with the id, the name, the audience and the secret', async () => {
    const texts = await Promise.all([
      entries(ID),
      entries(bytes(32, 201)),
      entries(ID, { name: 'ab', audience: 'c' }),
      entries(ID, { name: 'a', audience: 'bc' }),
      entries(ID, { secrets: [NEW_SECRET] }),
    ])
    expect(new Set(texts.flat()).size).toBe(5)
  })

  test('is there for each secret, the newest first, as are the names of the index', async () => {
    const both = { secrets: [NEW_SECRET, OLD_SECRET] }
    expect(await entries(ID, both)).toEqual([...(await entries(ID, { secrets: [NEW_SECRET] })), ...(await entries(ID))])
    const newest = await (await envelopeOf({ secrets: [NEW_SECRET] })).indexKeys('ada')
    const older = await (await envelopeOf()).indexKeys('ada')
    expect(await (await envelopeOf(both)).indexKeys('ada')).toEqual([...newest, ...older])
  })

  test('is nothing where a cookie is expected, and the reverse', async () => {
    const envelope = await envelopeOf()
    const [entry = ''] = await entries(ID)
    expect(await envelope.openText('session-id', entry)).toEqual({ ok: false, refusal: 'tampered' })
    const cookie = await envelope.sealText('session-id', encodeEntry(ID))
    expect(await envelope.openText('index', cookie)).toEqual({ ok: false, refusal: 'tampered' })
  })
})
