import { platform } from '#crypto'
import type { Cipher, Compressor, Encoder, Hmac } from '../contracts/parts.ts'
import type { Bytes } from '../contracts/store.ts'
import { chain } from '../crypto/chain.ts'
import { attempt } from './attempt.ts'
import { encoderText } from './encoder-text.ts'
import { expectBytes } from './expect-bytes.ts'
import { pack, unpack } from './packing.ts'
import { base64urlText, COMMIT_AT, HEADER_LENGTH, KEY_LENGTH, SALT_AT, type Sealing } from './sealing.ts'

/** The parts that take part in sealing. `undefined`: none, or the default. */
export interface SealingParts {
  readonly suite: string
  readonly cipher: Cipher
  readonly hmac: Hmac
  readonly compressor: Compressor | undefined
  readonly encoder: Encoder | undefined
}

const SECOND_BLOCK = Uint8Array.of(2)
const MAC_KEY_AT = 2 * KEY_LENGTH
const NO_TAG = new Uint8Array()

/** Any combination of parts. A cipher without a tag is followed by an HMAC over head and ciphertext. */
export function partsSealing({ suite, cipher, hmac, compressor, encoder }: SealingParts): Sealing {
  const hasTag = cipher.tagLength > 0
  const tail = hasTag ? cipher.tagLength : hmac.length
  const fits = (length: number): boolean => length > HEADER_LENGTH + tail

  const sign = async (okm: Bytes, message: Bytes): Promise<Bytes> =>
    expectBytes(`HMAC ${hmac.name}`, await hmac.sign(okm.subarray(MAC_KEY_AT), message), hmac.length)

  return {
    suite,
    fits,
    text: encoder ? encoderText(encoder, fits) : base64urlText(fits),

    derive: hasTag
      ? platform.expand
      : (prk, info) =>
          chain(platform.expand(prk, info), (first) =>
            chain(platform.expand(prk, [first, ...info], SECOND_BLOCK), (second) => platform.concat([first, second])),
          ),

    async encrypt(okm, header, payload) {
      const plain = compressor ? await pack(compressor, payload) : payload
      const key = okm.subarray(0, KEY_LENGTH)
      const { data, tag = NO_TAG } = await cipher.encrypt(plain, key, header.subarray(SALT_AT, COMMIT_AT), header)
      const message = platform.concat([
        header,
        expectBytes(`cipher ${cipher.name}`, data),
        expectBytes(`tag of the cipher ${cipher.name}`, tag, cipher.tagLength),
      ])
      return hasTag ? message : platform.concat([message, await sign(okm, message)])
    },

    async decrypt(okm, sealed) {
      const tailAt = sealed.length - tail
      const end = sealed.subarray(tailAt)
      // Before anything is decrypted, so that what an attacker wrote reaches no padding check and no decompressor.
      if (!hasTag && !platform.equal(await sign(okm, sealed.subarray(0, tailAt)), end)) return undefined
      const header = sealed.subarray(0, HEADER_LENGTH)
      const plain = await attempt(() =>
        cipher.decrypt(
          sealed.subarray(HEADER_LENGTH, tailAt),
          okm.subarray(0, KEY_LENGTH),
          header.subarray(SALT_AT, COMMIT_AT),
          header,
          ...(hasTag ? [end] : []),
        ),
      )
      if (!plain) return undefined
      const payload = expectBytes(`cipher ${cipher.name}`, plain)
      return compressor ? unpack(compressor, payload) : payload
    },
  }
}
