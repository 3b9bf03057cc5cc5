import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../contracts/store.ts'
import { bytes, envelopeOf, ID, lp, NEW_SECRET, OLD_SECRET, utf8 } from '../test-support/envelopes.ts'

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
    expect(await (await envelopeOf()).indexKey('ada ✓')).toBe(block.toString('base64url', 0, 32))
  })

  test('differs with the subject and never contains it', async () => {
    const envelope = await envelopeOf()
    expect(await envelope.indexKey('ada')).not.toBe(await envelope.indexKey('bob'))
    expect(await envelope.indexKey('ada')).not.toContain('ada')
  })
})
