import type { Cipher, Compressor, Encoder, Hmac, Identifier, Serializer } from '../contracts/parts.ts'
import type { DataFormat } from '../engine/data.ts'
import { serializerFormat } from '../engine/serializer-format.ts'
import { encoderText } from '../envelope/encoder-text.ts'
import { partsSealing } from '../envelope/parts-sealing.ts'
import { defaultSealing, type Sealing } from '../envelope/sealing.ts'
import { SessionConfigError } from '../errors.ts'
import { warnOnce } from '../warn-once.ts'
import { defaultCipher } from './ciphers.ts'
import { base64url } from './encoders.ts'
import { hmac as nativeHmac } from './hmacs.ts'
import { checkLength, checkName, isPart } from './part-kinds.ts'

/** The parts of a configuration that make sessions what is stored; what is left out is the default. */
export interface SuiteParts {
  readonly cipher?: Cipher | undefined
  readonly hmac?: Hmac | undefined
  readonly serializer?: Serializer | undefined
  readonly compressor?: Compressor | undefined
  readonly encoder?: Encoder | undefined
  readonly identifier?: Identifier | undefined
}

/** What {@link suiteOf} makes of parts. */
export interface Suite {
  readonly sealing: Sealing
  /** Where another serializer than JSON is chosen. */
  readonly format: DataFormat | undefined
  readonly identifier: Identifier | undefined
  /** For `describe()`. */
  readonly names: Readonly<Record<keyof SuiteParts, string>>
  readonly warnings: readonly string[]
}

const KINDS = ['cipher', 'hmac', 'serializer', 'compressor', 'encoder', 'identifier'] as const

/**
 * Parts that fit together, for `createSessions` of `@sojourn/core/cookie`. That of `@sojourn/core` takes the same parts
 * as options, and their names.
 *
 * @example
 * createSessions({ suite: suiteOf({ cipher: aes({ size: 128 }), compressor: deflate() }) })
 *
 * @throws SessionConfigError for what is no part, and for parts that do not fit together
 */
export function suiteOf(parts: SuiteParts): Suite {
  checkParts(parts)
  const { cipher = defaultCipher, hmac = nativeHmac(), serializer, compressor, encoder = base64url } = parts
  const isAead = cipher.tagLength > 0
  if (isAead && hmac.name !== 'sha256')
    throw new SessionConfigError(
      `\`hmac\` would do nothing: ${cipher.name} authenticates by itself. Leave \`hmac\` out, or take aes in the mode cbc or ctr.`,
    )
  const names = {
    cipher: cipher.name,
    hmac: isAead ? '-' : hmac.name,
    serializer: serializer?.name ?? 'json',
    compressor: compressor?.name ?? 'none',
    encoder: encoder.name,
    identifier: parts.identifier ? 'own function' : 'random',
  }
  const suite = [names.cipher, names.hmac, names.serializer, names.compressor].join(',')
  const ownEncoder = encoder === base64url ? undefined : encoder
  if (names.hmac === 'sha1') warnOnce(WEAK_HMAC)
  return {
    names,
    format: serializer && checkedFormat(serializer),
    identifier: parts.identifier && checkedIdentifier(parts.identifier),
    warnings: warningsOf(names),
    sealing:
      cipher === defaultCipher && !compressor
        ? { ...defaultSealing, suite, ...(ownEncoder && { text: encoderText(ownEncoder, defaultSealing.fits) }) }
        : partsSealing({ suite, cipher, hmac, compressor, encoder: ownEncoder }),
  }
}

function checkParts(parts: SuiteParts): void {
  for (const kind of Object.keys(parts))
    if (!KINDS.some((known) => known === kind))
      throw new SessionConfigError(`\`${kind}\` is no part of a suite. There are ${KINDS.join(', ')}.`)
  for (const kind of KINDS) {
    const part = parts[kind]
    if (part === undefined) continue
    if (!isPart(kind, part))
      throw new SessionConfigError(`\`${kind}\` is no ${kind}: see docs/parts.md for what it must have.`)
    if (typeof part !== 'function') checkName(kind, part.name)
  }
  const { cipher, hmac } = parts
  if (cipher && cipher.tagLength !== 0) checkLength('cipher.tagLength', cipher.tagLength)
  if (hmac) checkLength('hmac.length', hmac.length)
}

/** Every configuration writes an empty session, so a serializer that cannot, or cannot read it, is found at once. */
function checkedFormat(serializer: Serializer): DataFormat {
  const format = serializerFormat(serializer)
  const found = format.findFault({})
  if (found) throw new SessionConfigError(`\`serializer\` cannot write an empty session: ${found.problem}.`)
  if (format.decode(format.encode({}))) return format
  throw new SessionConfigError(
    '`serializer` cannot read the empty session that it wrote: it must give an object, at once.',
  )
}

/** An id of another length would make an unreadable session, and a short one can be guessed. */
const checkedIdentifier =
  (identifier: Identifier): Identifier =>
  (length) => {
    const id: unknown = identifier(length)
    // A copy: an identifier that uses its bytes again must not change the id of another session.
    if (id instanceof Uint8Array && id.length === length) return Uint8Array.from(id)
    throw new SessionConfigError(`\`identifier\` gave no id of ${length} bytes, which \`idLength\` asks for.`)
  }

const WEAK_HMAC = 'HMAC with SHA-1 is meant for formats of others. Take sha256, sha384 or sha512.'

function warningsOf({ cipher, hmac, compressor }: Suite['names']): readonly string[] {
  const found: string[] = []
  if (cipher === 'none')
    found.push('The cipher is none: everyone who has the cookie or the record can read the session.')
  if (hmac === 'sha1') found.push(WEAK_HMAC)
  if (compressor !== 'none')
    found.push(
      'Sessions are compressed: where attackers can put text into one beside a secret, its length tells whether they are alike (CRIME, BREACH).',
    )
  return found
}
