import type { ClientFacts } from '@sojourn/core'
import type { V3FormatOptions } from '../v3/format.ts'
import { v3Format } from '../v3/format.ts'
import type { V3Settings } from '../v3/settings.ts'
import type { V3Storage } from '../v3/storage-names.ts'
import { V3_WEAKNESSES } from '../v3/weaknesses.ts'

interface Verdict {
  readonly accepted: boolean
  readonly cookie?: string
}

/** One entry of `vectors/lua-resty-session-3.10.json`; the schema there says what the fields mean. */
export interface V3Vector {
  readonly name: string
  readonly secret: string
  readonly options: Required<Omit<V3FormatOptions, 'secret' | 'storage' | 'random' | 'mostBytes' | 'allow'>> & {
    readonly name: string
    readonly storage: 'cookie' | 'redis' | 'memcache' | 'shm'
  }
  readonly now: number
  readonly request: {
    readonly userAgent: string
    readonly scheme: 'http' | 'https'
    readonly remoteAddr: string
    readonly sslSessionId: string
  }
  readonly setCookie: readonly string[]
  readonly cookieValue: string
  readonly idHex: string
  readonly expires: number
  readonly usebefore: number | null
  readonly sessionKey: string
  readonly plaintext: string
  readonly derived: {
    readonly hmacKeyInputHex: string
    readonly hkeyHex: string
    readonly aesKeyHex?: string
    readonly ivHex?: string
  }
  readonly storage: { readonly key: string; readonly valueBase64: string } | null
  readonly nodeMinted: {
    readonly cookie: string
    readonly storedBase64: string | null
    readonly storageKey: string | null
  } | null
  readonly negative: {
    readonly wrongUserAgent?: Verdict | null
    readonly expiresPlus100000?: Verdict | null
  } | null
}

/** A step of a flow, with whatever it recorded. */
export interface V3Step {
  readonly req?: string
  readonly cookieIn?: string
  readonly setCookie?: readonly string[]
  readonly redis?: Readonly<Record<string, { readonly ttl: number; readonly valueBase64: string }>>
  readonly present?: boolean
  readonly reason?: string
  readonly data?: unknown
}

export interface V3Flow {
  readonly name: string
  readonly options?: { readonly storage?: string; readonly strategy?: 'default' | 'regenerate'; readonly name?: string }
  readonly steps?: readonly V3Step[]
  readonly setCookie?: readonly string[]
  readonly in?: string
  readonly out?: string
  readonly reason?: string
}

export interface V3File {
  readonly vectors: readonly V3Vector[]
  readonly flows: readonly V3Flow[]
}

export const ALL_WEAKNESSES: V3FormatOptions['allow'] = Object.keys(V3_WEAKNESSES).filter(
  (name): name is keyof typeof V3_WEAKNESSES => Object.hasOwn(V3_WEAKNESSES, name),
)

/** With every weakness allowed: vectors have them all. */
export const lenientV3 = (options: V3FormatOptions): V3Settings => v3Format({ ...options, allow: ALL_WEAKNESSES ?? [] })

export const settingsOfV3 = ({ secret, options, idHex }: V3Vector): V3Settings =>
  lenientV3({
    ...options,
    secret,
    storage: options.storage === 'cookie' ? 'cookie' : 'server',
    random: { length: idHex.length / 2 },
  })

export const factsOfV3 = ({ request }: V3Vector): ClientFacts => ({
  address: request.remoteAddr,
  userAgent: request.userAgent,
  scheme: request.scheme,
  tlsSession: request.sslSessionId,
})

export function storageOfV3({ options: { storage } }: V3Vector): V3Storage | undefined {
  if (storage === 'cookie') return undefined
  return storage === 'memcache' ? 'memcached' : storage
}

/** The value of a `name=value; Attribute…` line. */
export const valueOfLine = (line: string): string => line.slice(line.indexOf('=') + 1).split(';')[0] ?? ''

/** What a changed cookie must come to, told from its text alone. */
export function expectedOfChangedV3(vector: V3Vector, settings: V3Settings, value: string): string {
  const isHex = vector.options.encoder !== 'base64'
  const parts = value.split('|')
  const genuine = vector.cookieValue.split('|')
  const bytes = parts.map((part) => Buffer.from(part, isHex ? 'hex' : 'base64url'))
  const isCanonical = (at: number) => {
    const text = bytes[at]?.toString(isHex ? 'hex' : 'base64url')
    return text !== '' && text === parts[at]
  }
  const places = genuine.map((_, at) => at).filter((at) => at !== 1)
  const isWellFormed =
    parts.length === genuine.length &&
    places.every(isCanonical) &&
    bytes[0]?.length === settings.idLength &&
    parts.at(-1)?.length === genuine.at(-1)?.length &&
    /^[1-9]\d{9}(:[1-9]\d{9})?$/.test(parts[1] ?? '') &&
    parts[1]?.length === genuine[1]?.length
  if (!isWellFormed) return 'malformed'
  const isSameButExpiry =
    places.every((at) => parts[at] === genuine[at]) && parts[1]?.slice(10) === genuine[1]?.slice(10)
  if (settings.strategy !== 'regenerate' || !isSameButExpiry) return 'tampered'
  const expires = Number(parts[1]?.slice(0, 10))
  if (expires > vector.now + 3660) return 'malformed'
  return expires <= vector.now ? 'expired-rolling' : vector.plaintext
}
