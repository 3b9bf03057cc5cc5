/**
 * The captured vectors through the public functions: each is opened, and written again.
 * @import { Tests } from '../../core/runtimes/suites/tests.mjs'
 */
import {
  openV3,
  openV4,
  openV4Remember,
  readV3Cookie,
  readV4Payload,
  readV4Record,
  sealV3,
  sealV4,
  sealV4Remember,
  v3Format,
  v4Format,
  v4Payload,
  verifyV4,
} from '@sojourn/resty'
import { holds, runTests, same } from '../../core/runtimes/suites/tests.mjs'
import v3 from '../vectors/lua-resty-session-3.10.json' with { type: 'json' }
import v4 from '../vectors/lua-resty-session-4.1.5.json' with { type: 'json' }

/** @param {string | undefined} base64 */
const bytesOf = (base64) => base64 && Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))

const TAMPERED = { ok: false, refusal: 'tampered' }
const DEFLATED = 0x10
const WEAKNESSES = ['gcm-ignores-checks', 'unprotected-expiry', 'keystream-reuse', 'equal-blocks', 'short-id']
const NEEDS_NODE = ['cbc128-md5-rounds1000-cookie', 'ecb256-cookie', 'cfb1-256-cookie']

/** Deno's AES-GCM takes no nonce longer than 16 bytes. */
const isLackingHere = (/** @type {any} */ { name, options: { cipher, aes } }) =>
  NEEDS_NODE.includes(name) || ('Deno' in globalThis && cipher !== 'none' && aes.mode === 'gcm' && aes.size > 128)

/** @param {any} vector */
async function checkV3(vector) {
  const { secret, options, request, idHex, cookieValue, storage, plaintext } = vector
  const settingsOf = () =>
    v3Format({
      ...options,
      secret,
      storage: options.storage === 'cookie' ? 'cookie' : 'server',
      random: { length: idHex.length / 2 },
      allow: /** @type {any} */ (WEAKNESSES),
    })
  if (isLackingHere(vector)) return refusesForNode(settingsOf)
  const settings = settingsOf()
  const facts = { ...request, address: request.remoteAddr, tlsSession: request.sslSessionId }
  const cookie = readV3Cookie(settings, cookieValue)
  if (!cookie.ok) throw new Error(cookie.refusal)
  const opened = await openV3(settings, cookie.value, facts, bytesOf(storage?.valueBase64))
  same('the data', opened, { ok: true, value: { data: plaintext, secretIndex: 0 } })
  const changed = { ...cookie.value, hash: cookie.value.hash.map((byte) => byte ^ 1) }
  same('a changed cookie', await openV3(settings, changed, facts, bytesOf(storage?.valueBase64)), TAMPERED)
  const sealed = await sealV3(settings, { ...cookie.value, data: plaintext }, facts)
  if (!settings.isCompressed) same('the cookie written again', sealed?.cookie, cookieValue)
}

/** @param {() => unknown} make */
function refusesForNode(make) {
  try {
    make()
  } catch (error) {
    return holds('the error says why', /needs node:crypto/.test(`${error}`))
  }
  throw new Error('it is taken')
}

/** @param {any} vector */
async function checkV4({ config, request, cookieValue, storage, plaintextJson, remember }) {
  const format = v4Format({
    ...config,
    storage: config.storage ? 'server' : 'cookie',
    compressionThreshold: config.compression_threshold ?? 1024,
    rememberSafety: config.remember_safety ?? 'Medium',
  })
  const facts = { ...request, address: request.remoteAddr }
  await checkV4Cookie({ format, facts, value: cookieValue, stored: storage?.value, json: plaintextJson })
  if (!remember) return
  const { cookieValue: value, stored, json } = remember
  await checkV4Cookie({ format, facts, value, stored, json, open: openV4Remember, seal: sealV4Remember })
}

/** @param {any} parts */
async function checkV4Cookie({ format, facts, value, stored, json, open = openV4, seal = sealV4 }) {
  const cookie = await verifyV4(format, value, facts)
  if (!cookie.ok) throw new Error(cookie.refusal)
  const opened = await open(format, cookie.value, readV4Record(stored ?? '')?.payload)
  same('the payload', opened.ok ? v4Payload(opened.value) : opened.refusal, json)
  const { header } = cookie.value
  const { id, began, rollingOffset } = header
  const entries = readV4Payload(json) ?? []
  const sealed = await seal(format, { id, began, now: began + rollingOffset, entries }, facts)
  same('the flags written again', sealed?.header.flags, header.flags)
  if (!(header.flags & DEFLATED)) same('the cookie written again', sealed?.cookie, value)
}

/** @type {Tests} */
const tests = {
  ...Object.fromEntries(v3.vectors.map((vector) => [`3.10: ${vector.name}`, () => checkV3(vector)])),
  ...Object.fromEntries(v4.vectors.map((vector) => [`4.1.5: ${vector.name}`, () => checkV4(vector)])),
}

export const runAll = () => runTests(tests)
