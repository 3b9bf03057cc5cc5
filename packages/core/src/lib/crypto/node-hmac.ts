import type { Bytes } from '../contracts/store.ts'
import { nodeCrypto } from './node-crypto.ts'

const BLOCK = 128
const DIGEST = 64
/** Room for the message of an ordinary session; a longer one makes it grow. */
const ROOM = 512

/** The two halves of HMAC (RFC 2104): what each hash begins with, and room for what follows. */
export interface HmacKey {
  inner: Buffer<ArrayBuffer>
  readonly outer: Buffer<ArrayBuffer>
}

function padded(key: Bytes, octet: number, room: number): Buffer<ArrayBuffer> {
  const block = Buffer.alloc(BLOCK + room, octet)
  key.forEach((value, at) => {
    block[at] = value ^ octet
  })
  return block
}

function sha512(bytes: Bytes): string {
  return nodeCrypto().hash('sha512', bytes, 'binary')
}

/** A key of at most 128 bytes. It stays in buffers of its own, outside the pool that Node shares among small ones. */
export function hmacKey(key: Bytes): HmacKey {
  return { inner: padded(key, 0x36, ROOM), outer: padded(key, 0x5c, DIGEST) }
}

/** HMAC-SHA-512 by two one-shot hashes: two thirds of what `createHmac` takes, which makes a native object a call. */
export function hmacSha512(key: HmacKey, message: readonly Bytes[]): Bytes {
  let end = BLOCK
  for (const part of message) {
    const from = end
    end += part.length
    if (end > key.inner.length) {
      const larger = Buffer.alloc(end + ROOM)
      larger.set(key.inner)
      key.inner = larger
    }
    key.inner.set(part, from)
  }
  key.outer.write(sha512(key.inner.subarray(0, end)), BLOCK, 'binary')
  return Buffer.from(sha512(key.outer), 'binary')
}
