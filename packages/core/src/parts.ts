/**
 * The parts of sessions as objects: for settings that a name cannot tell, for `@sojourn/core/cookie`, which knows no
 * names, and for parts of your own that build on others.
 * @module
 */
export type {
  AesOptions,
  Cipher,
  Compressor,
  Encoder,
  Hmac,
  Identifier,
  Parts,
  Serializer,
} from './lib/contracts/parts.ts'
export type { Bytes } from './lib/contracts/store.ts'
export { aes, chacha20Poly1305, noCipher } from './lib/parts/ciphers.ts'
export { type CompressorOptions, deflate, gzip } from './lib/parts/compressors.ts'
export { base64url, hex } from './lib/parts/encoders.ts'
export { hmac } from './lib/parts/hmacs.ts'
export { type Suite, type SuiteParts, suiteOf } from './lib/parts/suite.ts'
