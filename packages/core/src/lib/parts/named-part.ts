import type { Strategy } from '../contracts/options.ts'
import type { Cipher, Compressor, Encoder, Hmac, Identifier, Parts, Serializer } from '../contracts/parts.ts'
import type { PersistenceFactory } from '../contracts/persistence.ts'
import type { SessionStore } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { similarNames } from '../spelling.ts'
import { aes, chacha20Poly1305, noCipher } from './ciphers.ts'
import { deflate, gzip } from './compressors.ts'
import { base64url, hex } from './encoders.ts'
import { hmac } from './hmacs.ts'
import { isPart } from './part-kinds.ts'

/** What each kind of part is. */
export interface PartTypes {
  readonly cipher: Cipher
  readonly hmac: Hmac
  readonly serializer: Serializer
  readonly compressor: Compressor
  readonly encoder: Encoder
  readonly identifier: Identifier
  readonly strategy: Strategy | 'default' | 'regenerate'
  readonly store: SessionStore
  readonly persistence: PersistenceFactory
}
export type PartKind = keyof PartTypes

/** `undefined`: the default, which no part stands for. */
type BuiltIns = { readonly [Kind in PartKind]: Readonly<Record<string, () => PartTypes[Kind] | undefined>> }

const BUILT_IN: BuiltIns = {
  cipher: { aes, 'chacha20-poly1305': chacha20Poly1305, none: noCipher },
  hmac: {
    sha256: () => hmac('sha256'),
    sha384: () => hmac('sha384'),
    sha512: () => hmac('sha512'),
    sha1: () => hmac('sha1'),
  },
  serializer: { json: () => undefined },
  compressor: { none: () => undefined, deflate, gzip },
  encoder: { base64url: () => base64url, base64: () => base64url, hex: () => hex },
  identifier: { random: () => undefined },
  strategy: { default: () => 'default', regenerate: () => 'regenerate' },
  store: {},
  persistence: {},
}

/** The hashes of lua-resty-session 3 that are not to be had natively, and its modes, which are no ciphers here. */
const RESTY_ONLY = /^(md5|sha224|ecb|cfb1|cfb8|cfb128|ofb|aes-\d+-(ecb|cfb\d*|ofb))$/

/**
 * The part of this name; `undefined` for the name of a default that no part stands for.
 * @throws SessionConfigError for a name that is not known, or stands for something else, with the one that was meant
 */
export function partNamed<Kind extends PartKind>(
  kind: Kind,
  name: string,
  parts: Parts = {},
): PartTypes[Kind] | undefined {
  const own: Readonly<Record<string, unknown>> = parts[kind] ?? {}
  const builtIns = BUILT_IN[kind]
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined
  if (builtIn) return builtIn() as PartTypes[Kind] | undefined
  if (!Object.hasOwn(own, name)) throw unknownName(kind, name, own)
  const part = own[name]
  if (isPart(kind, part)) return part
  throw new SessionConfigError(`\`parts.${kind}.${name}\` is no ${kind}: see docs/parts.md for what it must have.`)
}

/** What is no name is not shown: it may be a connection string with its password. */
const NAME = /^[\w.-]{1,64}$/

function unknownName(kind: PartKind, name: string, own: object): SessionConfigError {
  const wrong = NAME.test(name) ? `\`${kind}\` is ${JSON.stringify(name)}` : `\`${kind}\` is text, and no name`
  if (RESTY_ONLY.test(name))
    return new SessionConfigError(`${wrong}, which exists in the format of lua-resty-session 3 only: restyV3(…).`)
  const known = [...Object.keys(BUILT_IN[kind]), ...Object.keys(own)]
  const meant = similarNames(name, known)
  if (meant.length > 0) return new SessionConfigError(`${wrong}. Did you mean ${meant.join(' or ')}?`)
  const there = known.length > 0 ? `There are ${known.join(', ')}. ` : ''
  return new SessionConfigError(`${wrong}. ${there}One of your own has to stand in \`parts: { ${kind}: { … } }\`.`)
}

/** @throws SessionConfigError for a part of one's own that has the name of a built-in: which one is meant? */
export function checkRegistry(parts: Parts): void {
  for (const [kind, builtIns] of Object.entries(BUILT_IN))
    for (const name of Object.keys(parts[kind as PartKind] ?? {}))
      if (Object.hasOwn(builtIns, name))
        throw new SessionConfigError(`\`parts.${kind}.${name}\` has the name of a built-in. Choose another name.`)
}
