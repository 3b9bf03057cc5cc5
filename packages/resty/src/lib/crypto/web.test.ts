import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { SessionConfigError } from '@sojourn/core/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { platform } from './web.ts'

afterEach(() => vi.restoreAllMocks())
afterEach(() => vi.unstubAllGlobals())

const bytes = new Uint8Array(32)

describe('a runtime with less WebCrypto than others', () => {
  const notSupported = new DOMException('not here', 'NotSupportedError')

  test('is told apart from a wrong tag', async () => {
    const encrypted = { data: bytes, tag: new Uint8Array(16) }
    expect(await platform.decryptGcm(256, bytes, bytes, encrypted)).toBeUndefined()
    vi.spyOn(crypto.subtle, 'decrypt').mockRejectedValue(notSupported)
    const decrypting = platform.decryptGcm(256, bytes, bytes, encrypted)
    await expect(decrypting).rejects.toThrow(SessionConfigError)
    await expect(decrypting).rejects.toThrow(/AES-GCM with 256 bits and a nonce of 32 bytes.*needs node:crypto/)
  })

  test.each(['importKey', 'encrypt'] as const)('is named when it refuses to %s', async (method) => {
    vi.spyOn(crypto.subtle, method).mockRejectedValue(notSupported)
    const encrypting = platform.encrypt({ size: 192, mode: 'cbc' }, bytes.subarray(8), bytes.subarray(16), bytes)
    await expect(encrypting).rejects.toThrow(SessionConfigError)
    await expect(encrypting).rejects.toThrow(/AES-CBC with 192 bits/)
  })

  test('is named when it limits PBKDF2', async () => {
    vi.spyOn(crypto.subtle, 'deriveBits').mockRejectedValue(notSupported)
    await expect(platform.pbkdf2(bytes, bytes, 1_000_000, 44)).rejects.toThrow(/1000000 iterations of PBKDF2/)
  })
})

test('a bomb stops at the limit, also where a runtime inflates all that it is given at once', async () => {
  let made = 0
  const greedy = class {
    constructor() {
      let compressed = Buffer.alloc(0)
      const stream = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          compressed = Buffer.concat([compressed, piece])
          const whole = inflateRawSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH })
          controller.enqueue(new Uint8Array(whole.subarray(made)))
          made = whole.length
        },
      })
      Object.assign(this, { readable: stream.readable, writable: stream.writable })
    }
  }
  vi.stubGlobal('DecompressionStream', greedy)
  const bomb = new Uint8Array(deflateRawSync(Buffer.alloc(20_000_000)))
  expect(await platform.rawDeflate.expand(bomb, 1_000_000)).toBeUndefined()
  expect(made).toBeGreaterThan(900_000)
  expect(made).toBeLessThan(1_060_000)
})
