import type { SessionReader } from '@sojourn/core/persistence'

const part = (name: string): string => `give it to restyV4({ ${name} })`
const fixed = (what: string): string => `${what}, and OpenResty could not read anything else. Leave it out`

/** The options of sessions that lua-resty-session 4.x has no place for, or that are the format's. */
export const REFUSED_OPTIONS: NonNullable<SessionReader['refuses']> & Readonly<Record<string, string>> = {
  secret: part('secret'),
  bind: `${part('bind')}, as ip, scheme and user-agent`,
  cipher: fixed('it encrypts with AES-256-GCM'),
  aes: fixed('it encrypts with AES-256-GCM'),
  hmac: fixed('it signs with HMAC-SHA-256'),
  serializer: fixed('its data is JSON'),
  compressor: `it deflates what is long: ${part('compressionThreshold')}`,
  encoder: fixed('it writes base64url'),
  identifier: fixed('its ids are 32 random bytes'),
  idLength: fixed('its ids are 32 random bytes'),
  version: 'keep a version in session.data',
  migrate: 'keep a version in session.data',
  onConflict: 'nothing is merged: of two saves at a time, the last response counts. Leave it out',
}

/** What lua-resty-session 4.x does unless it is told otherwise, where that differs from ours. */
export const DEFAULTS: NonNullable<SessionReader['defaults']> = {
  name: 'session',
  audience: 'default',
  cookie: { maxCookies: 9, maxBytes: 9 * 4096 },
}
