import { decode, encode } from '@auth/core/jwt'
import { cookieValue, setCookieLine } from '../cookies.ts'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

const NAME = '__Host-session'
const key = { secret, salt: NAME }

/** A JWE as Auth.js makes it (jose): `dir` with A256CBC-HS512, the key derived by HKDF for every token. */
export function authJs(): Peer {
  const load = async (header: string): Promise<Partial<SessionData> | null> =>
    decode<SessionData>({ ...key, token: cookieValue(header, NAME) ?? '' })

  const seal = async (token: object): Promise<readonly string[]> => [
    setCookieLine(NAME, await encode({ ...key, token: { ...token } })),
  ]

  return {
    name: 'Auth.js (@auth/core 0.41.3)',
    create: seal,
    load,
    async save(header) {
      const data = await load(header)
      return seal({ ...data, visits: (data?.visits ?? 0) + 1 })
    },
  }
}
