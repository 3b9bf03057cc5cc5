import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import type { Bytes } from '@sojourn/core'
import type { Compression } from './types.ts'

const compression = (
  compress: (bytes: Bytes) => Bytes,
  expand: (bytes: Bytes, options: { maxOutputLength: number; rejectGarbageAfterEnd: boolean }) => Bytes,
): Compression => ({
  compress,
  expand(bytes, limit) {
    try {
      return expand(bytes, { maxOutputLength: limit, rejectGarbageAfterEnd: true })
    } catch {
      return undefined
    }
  },
})

export const rawDeflate: Compression = compression(
  (bytes) => deflateRawSync(bytes),
  (bytes, options) => inflateRawSync(bytes, options),
)

export const gzip: Compression = compression(
  (bytes) => gzipSync(bytes),
  (bytes, options) => gunzipSync(bytes, options),
)
