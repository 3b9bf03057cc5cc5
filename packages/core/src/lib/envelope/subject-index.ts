import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import type { Envelope } from './envelope.ts'
import type { Key } from './keyring.ts'
import { lp } from './octets.ts'

const NAME_LENGTH = 32
const IV_LENGTH = 16
const MIN_ID = 16
const MAX_ID = 64

/**
 * The sessions of a subject as a store's index lists them: one set under each secret, the newest first. Who can read the
 * store learns neither subjects nor ids; the format is in docs/envelope.md.
 */
export interface SubjectIndex {
  /** The names of a subject's sets. */
  names(subject: string): Promise<readonly string[]>
  /** What a session is listed as in the set of each secret: always the same text, so that it can be removed. */
  entries(id: Bytes): Promise<readonly string[]>
  /** The id of an entry in the set of the `nth` secret; `undefined` for what was not made by {@link entries}. */
  idOf(entry: string, nth: number): Promise<Bytes | undefined>
}

/** Entries are short enough (64 characters) for Redis to keep them in a compact list. */
export function subjectIndex({ keyring, context }: Pick<Envelope, 'keyring' | 'context'>): SubjectIndex {
  const derive = async ({ prk }: Key, use: string, value: Bytes): Promise<Bytes> =>
    platform.expand(prk, [platform.toUtf8(`sojourn/1 ${use}`), ...context, ...lp(value)])

  const ivOf = async (key: Key, id: Bytes): Promise<Bytes> => (await derive(key, 'entry', id)).subarray(0, IV_LENGTH)

  /** Encrypts and decrypts. The IV is made from the id, so no stream meets a second one (as in RFC 5297, SIV). */
  const mask = async (key: Key, iv: Bytes, text: Bytes): Promise<Bytes> => {
    const stream = await derive(key, 'entry key', iv)
    return text.map((octet, at) => octet ^ (stream[at] ?? 0))
  }

  return {
    names: (subject) =>
      Promise.all(
        keyring.all.map(async (key) =>
          platform.toBase64url((await derive(key, 'subject', platform.toUtf8(subject))).subarray(0, NAME_LENGTH)),
        ),
      ),

    entries: (id) =>
      Promise.all(
        keyring.all.map(async (key) => {
          const iv = await ivOf(key, id)
          return platform.toBase64url(platform.concat([iv, await mask(key, iv, id)]))
        }),
      ),

    async idOf(entry, nth) {
      const key = keyring.all[nth]
      const bytes = platform.fromBase64url(entry)
      const length = bytes.length - IV_LENGTH
      if (!key || length < MIN_ID || length > MAX_ID || platform.toBase64url(bytes) !== entry) return undefined
      const iv = bytes.subarray(0, IV_LENGTH)
      const id = await mask(key, iv, bytes.subarray(IV_LENGTH))
      return platform.equal(await ivOf(key, id), iv) ? id : undefined
    },
  }
}
