import { describe, expect, test, vi } from 'vitest'
import { primitives } from '#parts'
import { createSessions } from '../../index.ts'
import type { SessionOptions } from '../contracts/options.ts'
import type { Bytes } from '../contracts/store.ts'
import type { Envelope } from '../envelope/envelope.ts'
import { Browser } from '../test-support/browser.ts'
import { envelopeOf, PAYLOAD, refused } from '../test-support/envelopes.ts'
import { SECRET } from '../test-support/sessions.ts'
import { chooseParts } from './choose-parts.ts'

type Options = Pick<SessionOptions<object>, 'cipher' | 'aes' | 'hmac' | 'compressor' | 'encoder'>

const sizes = [128, 192, 256] as const
const aead: Options[] = [
  ...sizes.map((size) => ({ aes: { size, mode: 'gcm' as const } })),
  ...(primitives.lacks.has('chacha20-poly1305') ? [] : [{ cipher: 'chacha20-poly1305' }]),
]
const withoutTag: Options[] = [
  ...sizes.flatMap((size) => (['cbc', 'ctr'] as const).map((mode) => ({ aes: { size, mode } }))),
  { cipher: 'none' },
]
const hmacs = ['sha256', 'sha384', 'sha512', 'sha1']
const ciphers = [...aead, ...withoutTag.flatMap((cipher) => hmacs.map((hmac) => ({ ...cipher, hmac })))]
const combinations: Options[] = ciphers.flatMap((cipher) =>
  ['none', 'deflate', 'gzip'].flatMap((compressor) =>
    ['base64url', 'hex'].map((encoder) => ({ ...cipher, compressor, encoder })),
  ),
)

/** Long enough for the compressors to begin. */
const LONG: Bytes = new Uint8Array(2048).fill(7)

interface Configured {
  readonly title: string
  readonly envelope: Envelope
  readonly text: string
}

async function configured(options: Options): Promise<Configured> {
  const { sealing } = chooseParts(options).suite
  const envelope = await envelopeOf({ sealing })
  return { title: JSON.stringify(options), envelope, text: await envelope.sealText('session', LONG) }
}

// Of SHA-1.
vi.spyOn(console, 'warn').mockReturnValue()
const all: readonly Configured[] = await Promise.all(combinations.map(configured))

describe(`all ${combinations.length} combinations of built-in parts`, () => {
  test('are as many as there should be', () => {
    expect(combinations).toHaveLength((aead.length + withoutTag.length * 4) * 3 * 2)
    expect(combinations.length).toBeGreaterThanOrEqual(186)
  })

  test('open what they sealed, long and short', async () => {
    for (const { title, envelope, text } of all) {
      const opened = await envelope.openText('session', text)
      expect(opened.ok && Uint8Array.from(opened.payload), title).toEqual(LONG)
      const short = await envelope.openText('session', await envelope.sealText('session', PAYLOAD))
      expect(short.ok && Uint8Array.from(short.payload), title).toEqual(PAYLOAD)
    }
  })

  test('keep sessions, in cookies that need no escape', async () => {
    for (const options of combinations) {
      const sessions = createSessions<{ text: string }>({ ...options, secret: SECRET })
      const browser = new Browser()
      const jar = browser.request()
      const session = await sessions.open({ jar })
      session.data.text = 'tea '.repeat(300)
      await session.save()
      browser.receive(jar)
      expect([...browser.cookies.values()].join('')).toMatch(/^[\w.~-]+$/)
      const { data } = await sessions.open({ jar: browser.request() })
      expect(data, JSON.stringify(options)).toEqual({ text: 'tea '.repeat(300) })
    }
  })

  test('open nothing that has a bit changed, wherever it is', async () => {
    for (const { title, envelope } of all) {
      const sealed = await envelope.seal('record', LONG)
      const { length } = sealed
      for (const at of [5, 28, 29, 60, 61, 62, length - 65, length - 33, length - 17, length - 2, length - 1]) {
        const changed = Uint8Array.from(sealed)
        changed[at]! ^= 0x10
        expect(await envelope.open('record', changed), `${title} at ${at}`).toEqual(refused('tampered'))
      }
    }
  })

  test('open nothing that is cut off or longer, and never throw', async () => {
    for (const { title, envelope } of all) {
      const sealed = await envelope.seal('record', LONG)
      for (const length of [0, 1, 60, 61, 62, 77, 93, sealed.length - 64, sealed.length - 16, sealed.length - 1])
        expect((await envelope.open('record', sealed.subarray(0, length))).ok, `${title} of ${length}`).toBe(false)
      for (const more of [1, 16, 64])
        expect((await envelope.open('record', Uint8Array.from([...sealed, ...new Uint8Array(more)]))).ok).toBe(false)
    }
  })

  test('refuse what any other has sealed', async () => {
    for (const other of all) {
      const answers = await Promise.all(all.map(({ envelope }) => envelope.openText('session', other.text)))
      const opened = all.filter((_, at) => answers[at]?.ok).map(({ title }) => title)
      expect(opened).toEqual([other.title])
    }
  }, 60_000)
})

test('a compressed session is shorter, but for short ones', async () => {
  const length = async (compressor: string, payload: Bytes) => {
    const envelope = await envelopeOf({ sealing: chooseParts({ compressor }).suite.sealing })
    return (await envelope.seal('session', payload)).length
  }
  for (const compressor of ['deflate', 'gzip']) {
    expect(await length(compressor, LONG)).toBeLessThan(300)
    expect(await length(compressor, PAYLOAD)).toBe((await length('none', PAYLOAD)) + 64)
  }
})
