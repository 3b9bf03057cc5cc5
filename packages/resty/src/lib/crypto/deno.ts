import type { CryptoPlatform } from './types.ts'
import { platform as web } from './web.ts'

/** WebCrypto as Deno has it: its AES-GCM takes a nonce of 12 or 16 bytes and no other. */
export const platform: CryptoPlatform = {
  ...web,
  aesModes: (size) => web.aesModes(size).filter((mode) => mode !== 'gcm' || size === 128),
}
