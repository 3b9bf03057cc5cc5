import { aes, base64url, chacha20Poly1305, deflate, gzip, hex, hmac, noCipher } from '@sojourn/core/parts'
import { testCipher, testCompressor, testEncoder, testHmac } from './index.ts'

for (const size of [128, 192, 256] as const)
  for (const mode of ['gcm', 'cbc', 'ctr'] as const)
    testCipher({ name: `aes-${size}-${mode}`, create: () => aes({ size, mode }) })
testCipher({ name: 'chacha20-poly1305', create: () => chacha20Poly1305() })
testCipher({ name: 'none', create: () => noCipher(), readable: true })

for (const hash of ['sha256', 'sha384', 'sha512', 'sha1'] as const) testHmac({ name: hash, create: () => hmac(hash) })

testCompressor({ name: 'deflate', create: () => deflate() })
testCompressor({ name: 'deflate (from the first byte on)', create: () => deflate({ threshold: 0 }) })
testCompressor({ name: 'gzip', create: () => gzip() })

testEncoder({ name: 'base64url', create: () => base64url })
testEncoder({ name: 'hex', create: () => hex })
