import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Compressor } from '@sojourn/core/parts'

/** Brotli (RFC 7932): smaller than deflate from some 500 bytes on. */
export const brotli: Compressor = {
  name: 'brotli',
  compress(data) {
    if (data.length < 512) return undefined
    return brotliCompressSync(data, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
    })
  },
  expand: (data, length) => brotliDecompressSync(data, { maxOutputLength: length }),
}
