import { platform } from '#crypto'
import { type CookieFormat, cookieReader } from '../adoption/cookie-reader.ts'
import type { SessionReader } from '../contracts/persistence.ts'
import type { Bytes } from '../contracts/store.ts'
import { json, type PlainObject } from '../engine/data.ts'
import { SessionConfigError } from '../errors.ts'

export interface RemixCookieOptions {
  /** The `secrets` of the old cookie, the newest first. Cookies without a signature are never read. */
  readonly secrets: readonly string[]
  /**
   * What in the data belongs to this session alone: a random value that was put there at its beginning. Equal data makes
   * equal cookies, so without it nothing tells two visitors apart, and every request that adopts a cookie gets a session
   * of its own. `undefined`: this one has none;
   * what it throws is the refusal `schema`.
   */
  readonly identify?: (data: Record<string, unknown>) => string | undefined
}

/** JSON of an object in base64: `{"` or `{}`. */
const OBJECT = /^e(?:yJ|30)/
/** base64, a point, and 32 bytes of base64 without padding. */
const SIGNED = /^([A-Za-z\d+/]+={0,2})\.([A-Za-z\d+/]{43})$/
const FLASH = /^__flash_.*__$/s

/**
 * Reads the sessions of Remix 2's and React Router's `createCookieSessionStorage`, for `adopt`. Its cookies say neither
 * who is signed in (see `subject` of `adopt`) nor how old they are: they are good until the `until` of `adopt`. Flash
 * messages are left behind.
 * @throws SessionConfigError without a secret
 */
export function remixCookie({ secrets, identify }: RemixCookieOptions): SessionReader {
  if (
    !Array.isArray(secrets) ||
    secrets.length === 0 ||
    !secrets.every((secret) => typeof secret === 'string' && secret)
  )
    throw new SessionConfigError(
      '`secrets` of remixCookie must list the secrets that the old cookies were signed with: without one, everybody could have written them.',
    )
  const signers = secrets.map(signerOf)

  const read: CookieFormat['read'] = async (value) => {
    const [, text, signature] = SIGNED.exec(decoded(value)) ?? []
    if (text === undefined || signature === undefined) return 'malformed'
    for (const sign of signers) {
      if (!platform.equal(await sign(text), platform.toUtf8(signature))) continue
      const stored = json.decode(platform.fromBase64url(toUrlAlphabet(text)))
      if (!stored) return 'malformed'
      const id = idIn(stored, identify)
      return id === undefined ? 'schema' : { data: withoutFlash(stored), id }
    }
    return 'tampered'
  }

  return cookieReader({ name: 'remix-cookie', resembles: (value) => OBJECT.test(value), read })
}

/** Empty when there is none; `undefined` when the app's own function cannot say. */
function idIn(data: PlainObject, identify: RemixCookieOptions['identify']): string | undefined {
  try {
    const id: unknown = identify?.(data) ?? ''
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

/** The text of a signature. Its comparison with one that was sent is the platform's, in constant time. */
function signerOf(secret: string): (text: string) => Promise<Bytes> {
  const { subtle } = crypto
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  let key: ReturnType<typeof subtle.importKey> | undefined
  return async (text) => {
    key ??= subtle.importKey('raw', platform.toUtf8(secret), algorithm, false, ['sign'])
    const signature = await subtle.sign('HMAC', await key, platform.toUtf8(text))
    return platform.toUtf8(btoa(String.fromCharCode(...new Uint8Array(signature))).replace('=', ''))
  }
}

/** Nothing for a value that `encodeURIComponent` does not write: one text for one value. */
function decoded(value: string): string {
  try {
    const text = decodeURIComponent(value)
    return encodeURIComponent(text) === value ? text : ''
  } catch {
    return ''
  }
}

const toUrlAlphabet = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

const withoutFlash = (data: PlainObject): PlainObject =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !FLASH.test(key)))
