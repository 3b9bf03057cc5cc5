import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../contracts/store.ts'
import { bytes, envelopeOf, ID, lp, NEW_SECRET, OLD_SECRET, utf8 } from '../test-support/envelopes.ts'
import { type SubjectIndex, subjectIndex } from './subject-index.ts'

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

type Options = Parameters<typeof envelopeOf>[0]
const indexOf = async (options?: Options): Promise<SubjectIndex> => subjectIndex(await envelopeOf(options))
const both: Options = { secrets: [NEW_SECRET, OLD_SECRET] }
const derive = (use: string, ...values: readonly Bytes[]): Buffer<ArrayBuffer> => {
  const prk = createHmac('sha512', 'sojourn/1').update(OLD_SECRET).digest()
  const context = [utf8('__Host-session'), utf8('shop'), ...values].map(lp)
  return createHmac('sha512', prk)
    .update(Buffer.concat([utf8(`sojourn/1 ${use}`), ...context]))
    .update('\x01')
    .digest()
}

describe('the name of a subject in the index', () => {
  test('is the documented keyed hash', async () => {
    const name = derive('subject', utf8('ada ✓')).toString('base64url', 0, 32)
    expect(await (await indexOf()).names('ada ✓')).toEqual([name])
  })

  test('differs with the subject and never contains it', async () => {
    const index = await indexOf()
    expect(await index.names('ada')).not.toEqual(await index.names('bob'))
    expect((await index.names('ada')).join()).not.toContain('ada')
  })

  test('is there for each secret, the newest first', async () => {
    const [newest, older] = [await indexOf({ secrets: [NEW_SECRET] }), await indexOf()]
    expect(await (await indexOf(both)).names('ada')).toEqual([
      ...(await newest.names('ada')),
      ...(await older.names('ada')),
    ])
  })
})

describe('an entry of the index', () => {
  const entries = async (id: Bytes, options?: Options): Promise<readonly string[]> =>
    (await indexOf(options)).entries(id)

  test('is the documented text, the same every time', async () => {
    const iv = derive('entry', ID).subarray(0, 16)
    const stream = derive('entry key', iv)
    const masked = Buffer.from(ID.map((octet, at) => octet ^ stream[at]!))
    expect(await entries(ID)).toEqual([Buffer.concat([iv, masked]).toString('base64url')])
    expect(await entries(ID)).toEqual(await entries(ID))
  })

  test.each([16, 32, 64])('of an id of %i bytes is that id again when it is opened', async (length) => {
    const index = await indexOf(both)
    const texts = await index.entries(bytes(length, 5))
    for (const nth of [0, 1])
      expect(Buffer.from((await index.idOf(texts[nth]!, nth)) ?? [])).toEqual(Buffer.from(bytes(length, 5)))
  })

  test('takes 64 characters for an id of 32 bytes', async () => {
    expect((await entries(ID))[0]).toHaveLength(64)
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

  test('is nothing when it was changed, cut, extended, respelt, or made with another secret', async () => {
    const index = await indexOf(both)
    const [text = '', other = ''] = await index.entries(ID)
    const flipped = [...text].map(
      (character, at) => `${text.slice(0, at)}${character === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`,
    )
    for (const wrong of [...flipped, text.slice(0, -4), `${text}AAAA`, `${text}=`, '', '*', other])
      expect(await index.idOf(wrong, 0), wrong).toBeUndefined()
    expect(await index.idOf(text, 2)).toBeUndefined()
  })
})
