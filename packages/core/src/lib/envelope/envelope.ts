import { platform } from '#crypto'
import type { Sealer, Unsealed } from '../contracts/persistence.ts'
import type { Bytes } from '../contracts/store.ts'
import { chain } from '../crypto/chain.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { SessionConfigError } from '../errors.ts'
import { type Key, type Keyring, kidAt } from './keyring.ts'
import { lp } from './octets.ts'
import { COMMIT_AT, defaultSealing, HEADER_LENGTH, KEY_LENGTH, type Sealing } from './sealing.ts'

/** What a sealed value is for. A value of one purpose is refused by every other. */
export type Purpose =
  /** A whole session in a cookie. */
  | 'session'
  /** The claims in the cookie of a session whose data is in a store. */
  | 'session-id'
  /** A record in a store, sealed for the one session id it belongs to. */
  | 'record'

export interface EnvelopeOptions {
  readonly keyring: Keyring
  /** The cookie's base name: without the number of a chunk. */
  readonly name: string
  readonly audience: string
  /** Default: AES-256-GCM and base64url. */
  readonly sealing?: Sealing
}

/** The `sojourn/1` envelope of docs/envelope.md. Whatever it is given to open, it answers and never throws. */
export interface Envelope extends Sealer {
  /** Seals under the newest secret. The payload encoders make `payload` a multiple of 64 bytes long. */
  seal(purpose: Purpose, payload: Bytes, id?: Bytes): MaybePromise<Bytes>
  open(purpose: Purpose, sealed: Bytes, id?: Bytes): MaybePromise<Unsealed>
  /** `seal` as the value of a cookie. */
  sealText(purpose: Purpose, payload: Bytes): MaybePromise<string>
  /** `open` of the value of a cookie, which must be exactly the text that `sealText` gave. */
  openText(purpose: Purpose, text: string): MaybePromise<Unsealed>
  /** The keyed hash of a session id that is safe to show and to log; on Node computed when first asked for. */
  fingerprint(id: Bytes): MaybePromise<() => string>
  readonly keyring: Keyring
  /** Name and audience, as they go into every derivation. */
  readonly context: readonly Bytes[]
}

const VERSION = Uint8Array.of(0x53)
const KID_AT = 1
const SALT_LENGTH = 24
const FINGERPRINT_LENGTH = 24
/** Keeps the contexts of different uses apart: see "Derivation" in docs/envelope.md. */
const MAX_CONTEXT = 4095

const NO_ID = new Uint8Array()
const MALFORMED: Unsealed = { ok: false, refusal: 'malformed' }
const UNKNOWN_KEY: Unsealed = { ok: false, refusal: 'unknown-key' }
const TAMPERED: Unsealed = { ok: false, refusal: 'tampered' }

export function createEnvelope({ keyring, name, audience, sealing = defaultSealing }: EnvelopeOptions): Envelope {
  const { newest } = keyring
  const text = platform.toUtf8
  const named = (option: string, value: string): readonly Bytes[] => {
    const bytes = text(value)
    if (bytes.length <= MAX_CONTEXT) return lp(bytes)
    throw new SessionConfigError(`\`${option}\` is longer than ${MAX_CONTEXT} bytes. Shorten it.`)
  }
  const lpName = named('name', name)
  const lpAudience = named('audience', audience)
  const idPrefix = platform.concat([text('sojourn/1 id'), ...lpName, ...lpAudience])
  const contextOf = (purpose: Purpose) => {
    const prefix = platform.concat([
      text('sojourn/1'),
      ...lpName,
      ...lp(text(purpose)),
      ...lpAudience,
      ...lp(text(sealing.suite)),
    ])
    const withoutId = [platform.concat([prefix, ...lp(NO_ID)])]
    return (id: Bytes): readonly Bytes[] => (id.length === 0 ? withoutId : [prefix, ...lp(id)])
  }
  const contexts = {
    session: contextOf('session'),
    'session-id': contextOf('session-id'),
    record: contextOf('record'),
  }

  function seal(purpose: Purpose, payload: Bytes, id = NO_ID): MaybePromise<Bytes> {
    const salt = platform.randomBytes(SALT_LENGTH)
    return chain(sealing.derive(newest.prk, [...contexts[purpose](id), newest.kid, salt]), (okm) =>
      sealing.encrypt(
        okm,
        platform.concat([VERSION, newest.kid, salt, okm.subarray(KEY_LENGTH, 2 * KEY_LENGTH)]),
        payload,
      ),
    )
  }

  function openWith(key: Key, purpose: Purpose, sealed: Bytes, id: Bytes): MaybePromise<Unsealed> {
    const info = [...contexts[purpose](id), sealed.subarray(KID_AT, COMMIT_AT)]
    return chain(sealing.derive(key.prk, info), (okm) => {
      const commitment = okm.subarray(KEY_LENGTH, 2 * KEY_LENGTH)
      if (!platform.equal(commitment, sealed.subarray(COMMIT_AT, HEADER_LENGTH))) return TAMPERED
      return chain(
        sealing.decrypt(okm, sealed),
        (payload): Unsealed => (payload ? { ok: true, payload, reseal: key !== newest } : TAMPERED),
      )
    })
  }

  /** Chooses the key by the head alone: a wrong version or key id costs no cryptography. */
  function keyOf(head: Bytes): Key | Unsealed {
    if (head[0] !== VERSION[0]) return MALFORMED
    return keyring.find(kidAt(head, KID_AT)) ?? UNKNOWN_KEY
  }

  function open(purpose: Purpose, sealed: Bytes, id = NO_ID): MaybePromise<Unsealed> {
    if (!sealing.fits(sealed.length)) return MALFORMED
    const key = keyOf(sealed)
    return 'ok' in key ? key : openWith(key, purpose, sealed, id)
  }

  function openText(purpose: Purpose, value: string): MaybePromise<Unsealed> {
    const head = sealing.text.head(value)
    if (!head) return MALFORMED
    const key = keyOf(head)
    if ('ok' in key) return key
    const sealed = sealing.text.read(value)
    return sealing.text.write(sealed) === value ? openWith(key, purpose, sealed, NO_ID) : MALFORMED
  }

  return {
    seal,
    open,
    sealText: (purpose, payload) => chain(seal(purpose, payload), sealing.text.write),
    openText,
    fingerprint(id) {
      const info = () => [idPrefix, ...lp(id)]
      return chain(platform.expandLater(newest.prk, info), (block) => {
        let shown: string | undefined
        return () => {
          shown ??= platform.toBase64url(block().subarray(0, FINGERPRINT_LENGTH))
          return shown
        }
      })
    },
    keyring,
    context: [...lpName, ...lpAudience],
  }
}
