import type { ClientFacts } from '../contracts/request.ts'

/** What a binding knows of a request: its headers, and of its connection what the framework tells. */
export interface RequestSource {
  readonly headers: Pick<Headers, 'get'>
  /** The scheme of the connection itself, without looking at forwarded headers. */
  readonly scheme?: 'http' | 'https' | undefined
  /** The address of the peer of the connection, which is the last proxy if there is one. */
  readonly address?: string | undefined
}

/**
 * Client facts from the connection or, with trusted hops, from the entries those proxies appended. A header that a
 * client could have written itself is never read: with n trusted hops, the n-th entry from the right is the first
 * one written by a trusted proxy (ASVS 15.3.4).
 */
export function clientFacts(source: RequestSource, trustedHops: number): ClientFacts {
  const { headers } = source
  const userAgent = headers.get('user-agent')
  const host = headers.get('host')
  const address = trustedHops > 0 ? fromTheRight(headers.get('x-forwarded-for'), trustedHops) : source.address
  const forwardedScheme = trustedHops > 0 ? fromTheRight(headers.get('x-forwarded-proto'), trustedHops) : undefined
  const scheme = forwardedScheme === 'https' || forwardedScheme === 'http' ? forwardedScheme : source.scheme
  return {
    ...(userAgent === null ? {} : { userAgent }),
    ...(host === null ? {} : { host }),
    ...(address === undefined ? {} : { address }),
    ...(scheme === undefined ? {} : { scheme }),
  }
}

/** Proxies often overwrite X-Forwarded-Proto instead of appending: a shorter list counts from its left end. */
function fromTheRight(list: string | null, hops: number): string | undefined {
  const entries =
    list
      ?.split(',')
      .map((entry) => entry.trim())
      .filter(Boolean) ?? []
  return entries[Math.max(0, entries.length - hops)]
}

/**
 * Whether a browser fetches ahead of the user: such a request is no use of the session and must not extend it.
 */
export function isPrefetch(headers: Pick<Headers, 'get'>): boolean {
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz') ?? ''
  return purpose.includes('prefetch') || headers.get('next-router-prefetch') !== null
}
