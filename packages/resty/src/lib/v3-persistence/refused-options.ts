import type { SessionReader } from '@sojourn/core/persistence'

const part = (name: string): string => `give it to restyV3({ ${name} })`

/** The options of sessions that lua-resty-session 3.x has no place for, or that are the format's. */
export const REFUSED_OPTIONS: NonNullable<SessionReader['refuses']> & Readonly<Record<string, string>> = {
  secret: part('secret'),
  cipher: part('cipher'),
  aes: part('aes'),
  hmac: part('hmac'),
  compressor: part('compressor'),
  encoder: part('encoder'),
  serializer: 'its data is JSON. Leave it out',
  identifier: 'its ids are random. Leave it out',
  idLength: 'give restyV3({ random: { length } })',
  bind: 'give restyV3({ check })',
  audience: 'it has none. Give the sessions of another app another `name`',
  absolute: 'it does not say when a session began. Keep that in session.data, or use the native format',
  remember: 'it has no sign-in. Use `persistent` and a longer `rolling`',
  version: 'keep a version in session.data',
  migrate: 'keep a version in session.data',
  onConflict: 'nothing is merged, and a save that meets another one is always a SessionConflictError',
  lock: 'saves compare before they write, and none waits for another. Leave it out',
}
