import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import type { ExtractedKey, MaybePromise } from '../crypto/types.ts'
import { BLOCK } from './payload.ts'

/** Where the parts of the envelope's head lie; it ends with the commitment. */
export const SALT_AT = 5
export const COMMIT_AT = 29
export const HEADER_LENGTH = 61
export const KEY_LENGTH = 32
/** Nine cookies of 4,096 octets: more than any configuration lets a session take. */
export const MAX_TEXT = 36_864

/** What a configuration's parts do: they turn payloads into sealed bytes, and those into text. */
export interface Sealing {
  /** Names the parts. Another suite is another key: a sealed value never chooses its own algorithm. */
  readonly suite: string
  /** As many bytes as it needs: the key of the cipher, the commitment, the key of the HMAC. */
  derive(prk: ExtractedKey, info: readonly Bytes[]): MaybePromise<Bytes>
  /** header ‖ what is sealed */
  encrypt(okm: Bytes, header: Bytes, payload: Bytes): MaybePromise<Bytes>
  /** The payload, or `undefined` for what was changed. */
  decrypt(okm: Bytes, sealed: Bytes): MaybePromise<Bytes | undefined>
  /** Whether sealed bytes can be that long. */
  fits(length: number): boolean
  readonly text: SealedText
}

/** Sealed bytes as the value of a cookie. */
export interface SealedText {
  /** The first bytes, up to the key id or further; `undefined` for text that is none of ours at the first look. */
  head(text: string): Bytes | undefined
  /** Lenient: whether `write` gives the same text again is what makes it canonical. */
  read(text: string): Bytes
  write(bytes: Bytes): string
}

/** How text begins that may be ours: the version gives the first character; eight hold it and the key id. */
const HEAD = /^U[\w-]{7}/
const HEAD_TEXT = 8
const TAG_LENGTH = 16

export const base64urlText = (fits: Sealing['fits']): SealedText => ({
  head(text) {
    const { length } = text
    const isOurs = length <= MAX_TEXT && length % 4 !== 1 && fits((length * 3) >> 2) && HEAD.test(text)
    return isOurs ? platform.fromBase64url(text.slice(0, HEAD_TEXT)) : undefined
  },
  read: platform.fromBase64url,
  write: platform.toBase64url,
})

function fits(length: number): boolean {
  const payload = length - HEADER_LENGTH - TAG_LENGTH
  return payload > 0 && payload % BLOCK === 0
}

/** The default, by the one call that every platform is fastest at. */
export const defaultSealing: Sealing = {
  suite: 'aes-256-gcm,-,json,none',
  derive: platform.expand,
  encrypt: (okm, header, payload) => platform.encrypt(okm.subarray(0, KEY_LENGTH), header, payload),
  decrypt: (okm, sealed) => platform.decrypt(okm.subarray(0, KEY_LENGTH), sealed, HEADER_LENGTH),
  fits,
  text: base64urlText(fits),
}
