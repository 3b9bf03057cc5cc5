import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { SECRET } from './apps.ts'
import { SESSION_COOKIE } from './client.ts'

/** Where the parts of a sealed value are, in bytes (docs/envelope.md); ciphertext and tag follow. */
const layout = { version: [0, 1], keyId: [1, 5], salt: [5, 29], commitment: [29, 61] } as const

/** The cookie with one part of its header overwritten by `octet`. */
export function overwrite(cookie: string, part: keyof typeof layout, octet: number): string {
  const bytes = Buffer.from(cookie, 'base64url')
  bytes.fill(octet, ...layout[part])
  return bytes.toString('base64url')
}

export interface Forged {
  readonly layout?: number
  readonly flags?: number
  readonly idLength?: number
  /** Epoch seconds. */
  readonly began?: number
  readonly rolled?: number
  readonly touched?: number
  readonly subject?: string | Buffer
  /** The serialized data, which no encoder has seen. */
  readonly data?: string | Buffer
  /** What the length field says, where it shall lie. */
  readonly dataLength?: number
  /** The octet that fills the last block. */
  readonly padding?: number
}

/**
 * A cookie that only the holder of the secret can make, with a payload that the library would never write. Follows
 * docs/envelope.md with nothing of the library in it.
 */
export function forge(forged: Forged): string {
  const prk = hmac('sojourn/1', Buffer.from(SECRET.slice('base64:'.length), 'base64'))
  const kid = hmac(prk, Buffer.from('sojourn/1 kid\x01')).subarray(0, 4)
  const salt = randomBytes(24)
  const context = [SESSION_COOKIE, 'session', '', 'aes-256-gcm,-,json,none', ''].map(lengthPrefixed)
  const okm = hmac(prk, Buffer.concat([Buffer.from('sojourn/1'), ...context, kid, salt, Buffer.of(1)]))
  const header = Buffer.concat([Buffer.of(0x53), kid, salt, okm.subarray(32)])
  const cipher = createCipheriv('aes-256-gcm', okm.subarray(0, 32), Buffer.alloc(12)).setAAD(header)
  const sealed = [header, cipher.update(payload(forged)), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

function payload(forged: Forged): Buffer {
  const now = Math.floor(Date.now() / 1000)
  const { layout = 1, flags = 0, idLength = 32, began = now, rolled = now, touched = now, padding = 0 } = forged
  const subject = forged.subject ?? 'alice'
  const data = Buffer.from(forged.data ?? '{}')
  const content = Buffer.concat([
    Buffer.of(layout, flags, 0, 0, idLength),
    randomBytes(idLength),
    ...[began, rolled, touched].map((time) => number(time, 5)),
    lengthPrefixed(subject),
    number(forged.dataLength ?? data.length, 4),
    data,
  ])
  const length = Math.ceil(content.length / 64) * 64
  return Buffer.concat([content, Buffer.alloc(length - content.length, padding)])
}

function hmac(key: string | Buffer, data: Buffer): Buffer {
  return createHmac('sha512', key).update(data).digest()
}

function lengthPrefixed(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([number(bytes.length, 2), bytes])
}

function number(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width)
  bytes.writeUIntBE(value, 0, width)
  return bytes
}
