import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import type { Bytes } from '@sojourn/core'

/** What a session may grow to when it is inflated: a cookie of 36 KiB can hold 36 MiB of one letter. */
export const MOST_INFLATED = 1_048_576

export interface Compression {
  compress(bytes: Bytes): Bytes
  /** `undefined`: not the compressed form of at most `limit` bytes. Never makes more than that. */
  expand(bytes: Bytes, limit: number): Bytes | undefined
}

const compression = (
  compress: (bytes: Bytes) => Bytes,
  expand: (bytes: Bytes, options: { maxOutputLength: number }) => Bytes,
): Compression => ({
  compress,
  expand(bytes, limit) {
    try {
      return expand(bytes, { maxOutputLength: limit })
    } catch {
      return undefined
    }
  },
})

/** RFC 1951, without a header. */
export const rawDeflate: Compression = compression(
  (bytes) => deflateRawSync(bytes),
  (bytes, options) => inflateRawSync(bytes, options),
)

/** RFC 1952. */
export const gzip: Compression = compression(
  (bytes) => gzipSync(bytes),
  (bytes, options) => gunzipSync(bytes, options),
)
