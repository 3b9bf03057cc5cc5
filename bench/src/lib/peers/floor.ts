import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { cookieValue, setCookieLine } from '../cookies.ts'
import type { Peer } from '../peer.ts'
import type { SessionData } from '../session-data.ts'

const NAME = '__Host-session'
const NONCE = 12
const TAG = 16

/**
 * The least that an encrypted cookie can cost on Node: one fixed AES-256-GCM key, JSON, base64url and a scan for the
 * cookie. No deadlines, no id, no key rotation, no limits: not a session library, the unit of measure.
 */
export function floor(): Peer {
  const key = createSecretKey(randomBytes(32))

  const seal = (data: unknown): readonly string[] => {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const body = cipher.update(JSON.stringify(data), 'utf8')
    cipher.final()
    return [setCookieLine(NAME, Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url'))]
  }

  const load = (header: string): SessionData => {
    const sealed = Buffer.from(cookieValue(header, NAME) ?? '', 'base64url')
    const tagAt = sealed.length - TAG
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
    decipher.setAuthTag(sealed.subarray(tagAt))
    const plain = decipher.update(sealed.subarray(NONCE, tagAt))
    decipher.final()
    return JSON.parse(plain.toString())
  }

  return {
    name: 'FLOOR',
    create: seal,
    load,
    save(header) {
      const data = load(header)
      data.visits += 1
      return seal(data)
    },
  }
}
