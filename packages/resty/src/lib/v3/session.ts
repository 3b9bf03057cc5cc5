import type { Bytes, ClientFacts } from '@sojourn/core'
import { platform } from '#crypto'
import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import { fromUtf8, toUtf8 } from '../shared/encoding.ts'
import { isObject, parseJson } from '../shared/json-text.ts'
import { protectV3, unprotectV3 } from './cipher.ts'
import { type V3Cookie, writeV3Cookie } from './cookie.ts'
import { type V3Claims, v3SessionKey } from './keys.ts'
import type { V3Settings } from './settings.ts'

export interface V3Content extends V3Claims {
  /** The text of a JSON object. */
  readonly data: string
}

export interface V3Sealed {
  /** The value of the cookie, before it is cut into chunks. */
  readonly cookie: string
  /** What a server storage holds: the encrypted data alone. */
  readonly stored: Bytes
}

export interface V3Opened {
  /** The text of a JSON object. */
  readonly data: string
  /** The secret that it is protected with: 0 is the one that writes. */
  readonly secretIndex: number
}

/** Under the first secret. `undefined`: more than `mostBytes`. */
export async function sealV3(
  settings: V3Settings,
  content: V3Content,
  facts: ClientFacts,
): Promise<V3Sealed | undefined> {
  const sessionKey = v3SessionKey(settings, facts)
  const json = toUtf8(content.data)
  const [secret] = settings.secrets
  if (json.length > settings.mostBytes) return undefined
  const plain = settings.isCompressed ? await platform.gzip.compress(json) : json
  const { data, hash } = await protectV3(settings, secret, content, plain, sessionKey)
  return { cookie: writeV3Cookie(settings, { ...content, data, hash }), stored: data }
}

/**
 * The data of a cookie, or of what the server storage holds for its id. Deadlines are `refusalOfV3Times`.
 *
 * `tampered`: changed, made with another secret, or sent by another client than it is bound to; with a server storage
 * also: overwritten by another save. Nothing in the format tells these apart. `malformed`: genuine, and no JSON object.
 */
export async function openV3(
  settings: V3Settings,
  cookie: V3Cookie,
  facts: ClientFacts,
  stored: Bytes | undefined = cookie.data,
): Promise<Decoded<V3Opened>> {
  const sessionKey = v3SessionKey(settings, facts)
  if (!stored) return refused('not-found')
  for (const [secretIndex, secret] of settings.secrets.entries()) {
    const plain = await unprotectV3(settings, secret, cookie, { data: stored, hash: cookie.hash }, sessionKey)
    if (!plain) continue
    const data = await readData(settings, plain)
    return data === undefined ? refused('malformed') : decoded({ data, secretIndex })
  }
  return refused('tampered')
}

async function readData({ isCompressed, mostBytes }: V3Settings, plain: Bytes): Promise<string | undefined> {
  const json = isCompressed ? await platform.gzip.expand(plain, mostBytes) : plain
  const text = json && json.length <= mostBytes ? fromUtf8(json) : undefined
  return text !== undefined && isObject(parseJson(text)) ? text : undefined
}
