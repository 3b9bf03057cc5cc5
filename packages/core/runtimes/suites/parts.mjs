/**
 * The built-in parts, where they are made of WebCrypto and Compression Streams.
 * @import { Tests } from './tests.mjs'
 * @import { SessionOptions } from '@sojourn/core'
 */
import { createSessions } from '@sojourn/core'
import { createSessions as createCookieSessions, HeaderJar } from '@sojourn/core/cookie'
import { aes, chacha20Poly1305, deflate, hex, suiteOf } from '@sojourn/core/parts'
import { holds, same } from './tests.mjs'

const TEXT = 'tea, please. '.repeat(150)

/** @param {typeof createSessions<{ text: string }>} create @param {object} options */
async function keeps(create, options) {
  const sessions = create({ secret: crypto.getRandomValues(new Uint8Array(32)), name: 'session', ...options })
  const jar = new HeaderJar('')
  const session = await sessions.open({ jar })
  session.data.text = TEXT
  await session.save()
  const cookie = jar.lines.map((line) => line.split('; ')[0]).join('; ')
  const { data } = await sessions.open({ jar: new HeaderJar(cookie) })
  same('data', data.text, TEXT)
  const changed = `${cookie.slice(0, -9)}${cookie.at(-9) === 'a' ? 'b' : 'a'}${cookie.slice(-8)}`
  same('present', (await sessions.open({ jar: new HeaderJar(changed) })).present, false)
}

/** @type {readonly SessionOptions<{ text: string }>[]} */
const combinations = [128, 192, 256].flatMap((size) =>
  ['gcm', 'cbc', 'ctr'].flatMap((mode) =>
    ['none', 'deflate', 'gzip'].map((compressor) => ({
      aes: /** @type {import('@sojourn/core/parts').AesOptions} */ ({ size, mode }),
      compressor,
      encoder: 'hex',
    })),
  ),
)

/** @type {Tests} */
export const partTests = {
  'every size and mode of AES keeps sessions, with every compressor': async () => {
    for (const options of combinations) await keeps(createSessions, options)
  },
  'every HMAC does': async () => {
    for (const hmac of ['sha256', 'sha384', 'sha512', 'sha1']) await keeps(createSessions, { cipher: 'none', hmac })
  },
  'parts are put together for the cookie entry': async () => {
    const suite = suiteOf({ cipher: aes({ mode: 'cbc' }), compressor: deflate(), encoder: hex })
    await keeps(createCookieSessions, { suite })
  },
  'what WebCrypto lacks is refused when it is chosen': async () => {
    try {
      chacha20Poly1305()
    } catch (error) {
      holds('the error says so', error instanceof Error && error.message.includes('WebCrypto'))
      return
    }
    throw new Error('ChaCha20-Poly1305 was accepted')
  },
}
