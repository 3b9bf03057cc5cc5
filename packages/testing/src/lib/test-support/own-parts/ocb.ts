import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Cipher } from '@sojourn/core/parts'

/** AES-256-OCB (RFC 7253), which authenticates as GCM does. */
export const ocb: Cipher = {
  name: 'aes-256-ocb',
  tagLength: 16,
  encrypt(data, key, salt, aad) {
    const cipher = createCipheriv('aes-256-ocb', key, salt.subarray(0, 12), { authTagLength: 16 })
    cipher.setAAD(aad, { plaintextLength: data.length })
    return { data: Buffer.concat([cipher.update(data), cipher.final()]), tag: cipher.getAuthTag() }
  },
  decrypt(data, key, salt, aad, tag) {
    if (!tag) return undefined
    const decipher = createDecipheriv('aes-256-ocb', key, salt.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(aad, { plaintextLength: data.length })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(data), decipher.final()])
  },
}
