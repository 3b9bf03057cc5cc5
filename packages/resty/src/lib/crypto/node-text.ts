import type { Bytes } from '@sojourn/core'
import type { TextPlatform } from './types.ts'

const view = (bytes: Bytes): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

export const text: TextPlatform = {
  toBase64url: (bytes) => view(bytes).toString('base64url'),
  fromBase64url: (value) => Buffer.from(value, 'base64url'),
  toHex: (bytes) => view(bytes).toString('hex'),
  fromHex: (value) => Buffer.from(value, 'hex'),
  toUtf8: (value) => Buffer.from(value),
  toLatin1: (value) => Buffer.from(value, 'latin1'),
  concat: (parts) => Buffer.concat(parts),
}
