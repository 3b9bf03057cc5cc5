import type { ClientFacts } from '@sojourn/core'
import { type V4Bind, type V4Format, type V4FormatOptions, v4Format } from '../v4/format.ts'
import type { V4RememberSafety } from '../v4/keys.ts'
import type { V4NameOptions } from '../v4/storage-names.ts'

interface Minted {
  readonly cookie: string
}

interface Members {
  readonly type: 'zset'
  readonly members: readonly string[]
}

/** One entry of `vectors/lua-resty-session-4.1.5.json`; the schema there says what the fields mean. */
export interface V4Vector {
  readonly name: string
  readonly config: {
    readonly secret: string
    readonly storage?: 'redis' | 'memcached'
    readonly bind?: readonly V4Bind[]
    readonly compression_threshold?: number
    readonly remember_safety?: V4RememberSafety
    readonly redis?: { readonly prefix?: string; readonly suffix?: string }
    readonly memcached?: { readonly prefix?: string; readonly suffix?: string }
  }
  readonly now: number
  readonly request: { readonly userAgent: string; readonly scheme: 'http' | 'https'; readonly remoteAddr: string }
  readonly cookieName: string
  readonly cookies: Readonly<Record<string, string>>
  readonly cookieValue: string
  readonly header: {
    readonly flags: number
    readonly sidHex: string
    readonly creationTime: number
    readonly rollingOffset: number
    readonly dataSize: number
    readonly tagHex: string
    readonly idlingOffset: number
    readonly macHex: string
  }
  readonly derived: { readonly aesKeyHex: string; readonly ivHex: string }
  readonly plaintextJson: string
  readonly data: readonly (readonly [data: object, audience: string, subject?: string])[]
  readonly info: Readonly<Record<string, object>> | null
  readonly storage: {
    readonly key: string
    readonly value: string
    readonly snapshot: Readonly<Record<string, string | Members | { readonly type: 'string'; readonly value: string }>>
  } | null
  readonly remember: {
    readonly cookieValue: string
    readonly sidHex: string
    readonly json: string
    readonly storageKey: string | null
    readonly stored: string | null
    readonly nodeMinted: Minted & {
      readonly stored: { readonly key: string; readonly value: string } | null
      readonly newSetCookie: readonly string[]
    }
  } | null
  readonly nodeMinted: Minted & {
    readonly json: string
    readonly stored: string | null
    readonly creationTime: number
    readonly rollingOffset: number
    readonly idlingOffset: number
    readonly properties: Readonly<Record<string, number>>
  }
  readonly wrongUserAgent: { readonly result: readonly unknown[] }
}

export interface V4Flow {
  readonly name: string
  readonly secret?: string
  readonly now?: number
  readonly cookieIn?: string
  readonly rawSetCookie?: readonly string[]
  readonly results?: readonly (readonly unknown[])[]
  readonly h?: Readonly<Record<string, string>>
  readonly in?: string
  readonly n?: number
  readonly c?: number
  readonly lens?: readonly (readonly [name: string, length: number])[]
  readonly redis?: Readonly<Record<string, { readonly ttl: number; readonly value: string }>>
}

export interface V4File {
  readonly vectors: readonly V4Vector[]
  readonly flows: readonly V4Flow[]
}

export const optionsOfV4 = ({ config }: V4Vector): V4FormatOptions => ({
  secret: config.secret,
  storage: config.storage ? 'server' : 'cookie',
  ...(config.bind && { bind: config.bind }),
  ...(config.compression_threshold !== undefined && { compressionThreshold: config.compression_threshold }),
  ...(config.remember_safety && { rememberSafety: config.remember_safety }),
})

export const formatOfV4 = (vector: V4Vector): V4Format => v4Format(optionsOfV4(vector))

export const factsOfV4 = ({ request }: V4Vector): ClientFacts => ({
  address: request.remoteAddr,
  userAgent: request.userAgent,
  scheme: request.scheme,
})

export const namesOfV4 = ({ config, cookieName }: V4Vector): V4NameOptions => ({
  style: config.storage ?? 'redis',
  cookieName,
  ...config.redis,
  ...config.memcached,
})
