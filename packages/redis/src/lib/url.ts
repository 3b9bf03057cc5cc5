import { SessionConfigError } from '@sojourn/core/store'
import type { RedisStoreOptions } from './options.ts'

/**
 * What a `redis://` or `rediss://` address says. Its parts are percent-encoded.
 * @see https://www.iana.org/assignments/uri-schemes/prov/redis
 * @throws SessionConfigError that does not show the address: it may hold a password
 */
export function optionsOfUrl(text: string): RedisStoreOptions {
  const url = isDecodable(text) ? URL.parse(text) : null
  const database = url?.pathname.slice(1) ?? ''
  if (
    !url?.hostname ||
    !['redis:', 'rediss:'].includes(url.protocol) ||
    !/^\d*$/.test(database) ||
    url.search ||
    url.hash
  )
    throw new SessionConfigError('redisStore: `url` must look like redis://user:password@host:port/database.')
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port && { port: Number(url.port) }),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(database && { database: Number(database) }),
    ...(url.protocol === 'rediss:' && { tls: true }),
  }
}

/** A `%` of a password that was not encoded itself. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
