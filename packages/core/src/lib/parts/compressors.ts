import { primitives } from '#parts'
import type { Compressor } from '../contracts/parts.ts'
import { whole } from '../settings/checks.ts'

export interface CompressorOptions {
  /** Sessions of fewer bytes stay as they are. Default 1,024. */
  readonly threshold?: number
}

const compressor = (
  name: string,
  format: 'deflate-raw' | 'gzip',
  { threshold = 1024 }: CompressorOptions = {},
): Compressor => {
  const least = whole('threshold', threshold, 0, 1_048_576, ' bytes')
  return {
    name,
    compress: (data) => (data.length < least ? undefined : primitives.compress(format, data)),
    expand: (data, length) => primitives.expand(format, data, length),
  }
}

/** DEFLATE (RFC 1951), without a header. */
export const deflate = (options?: CompressorOptions): Compressor => compressor('deflate', 'deflate-raw', options)

/** The same with the header and the checksum of gzip (RFC 1952): 18 bytes longer. */
export const gzip = (options?: CompressorOptions): Compressor => compressor('gzip', 'gzip', options)
