import { createHmac } from 'node:crypto'
import type { Hmac } from '@sojourn/core/parts'

/** HMAC with SHA3-256 (FIPS 202). */
export const sha3: Hmac = {
  name: 'sha3-256',
  length: 32,
  sign: (key, data) => createHmac('sha3-256', key).update(data).digest(),
}
