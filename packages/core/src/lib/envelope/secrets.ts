import { platform } from '#crypto'
import type { Secret } from '../contracts/options.ts'
import type { Bytes } from '../contracts/store.ts'
export function parseSecrets(secret: Secret | readonly Secret[]): Bytes[] {
  const list = Array.isArray(secret) ? secret : [secret]
  return list.map((one: Secret) => typeof one === 'string' ? one.startsWith('base64:') ? platform.fromBase64url(one.slice(7)) : platform.toUtf8(one) : one)
}
