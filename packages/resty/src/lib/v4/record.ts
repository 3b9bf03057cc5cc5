import { base64url, fromUtf8, toUtf8 } from '../shared/encoding.ts'
import { elementsOf, isObject, parseJson } from '../shared/json-text.ts'

/** What a server storage holds of a session. */
export interface V4Record {
  /** The encrypted payload as base64url. */
  readonly payload: string
  /**
   * What `session.info` keeps for each audience, as base64url of JSON: neither encrypted nor authenticated, so whoever
   * can write the storage can write this. It is passed on as it was read.
   */
  readonly info?: string
}

export const writeV4Record = ({ payload, info }: V4Record): string =>
  info === undefined ? `["${payload}"]` : `["${payload}","${info}"]`

/** `undefined`: not such a value. The payload is not verified yet. */
export function readV4Record(value: string): V4Record | undefined {
  const array = parseJson(value)
  if (!Array.isArray(array) || array.length < 1 || array.length > 2) return undefined
  const [payload, info]: readonly unknown[] = array
  if (!isBase64url(payload)) return undefined
  if (array.length === 1) return { payload }
  return isBase64url(info) ? { payload, info } : undefined
}

/** What `info` says about an audience; `undefined` when there is nothing. Do not trust it: see `V4Record`. */
export function readV4Info(info: string, audience: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = base64url.decode(info)
  const all = bytes && parseJson(fromUtf8(bytes) ?? '')
  const own = isMember(all, audience) ? all[audience] : undefined
  return isObject(own) ? own : undefined
}

/** `info` without what it says about an audience, and the rest as it was written; `undefined` when there is no rest. */
export function withoutV4Info(info: string, audience: string): string | undefined {
  const text = fromUtf8(base64url.decode(info) ?? new Uint8Array(0)) ?? ''
  if (!isObject(parseJson(text))) return info
  const members = elementsOf(`[${text.trim().slice(1, -1)}]`)
  const others = members.filter((member) => !isMember(parseJson(`{${member}}`), audience))
  if (others.length === members.length) return info
  return others.length > 0 ? base64url.encode(toUtf8(`{${others.join(',')}}`)) : undefined
}

const isMember = (value: unknown, name: string): value is Record<string, unknown> =>
  isObject(value) && Object.hasOwn(value, name)

const isBase64url = (value: unknown): value is string => typeof value === 'string' && /^[\w-]*$/.test(value)
