import type { Bytes } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import { base64url } from '../shared/encoding.ts'
import type { V4Remaining } from './times.ts'

/** `request_headers` and `response_headers`: what a session tells an application behind it, or the client. */
export type V4HeaderProperty =
  | 'id'
  | 'audience'
  | 'subject'
  | 'timeout'
  | 'idling-timeout'
  | 'rolling-timeout'
  | 'absolute-timeout'

export interface V4HeaderFacts {
  readonly id: Bytes
  readonly audience: string
  readonly subject?: string
  readonly remaining: V4Remaining
}

const NAMES: Readonly<Record<V4HeaderProperty, string>> = {
  id: 'Session-Id',
  audience: 'Session-Audience',
  subject: 'Session-Subject',
  timeout: 'Session-Timeout',
  'idling-timeout': 'Session-Idling-Timeout',
  'rolling-timeout': 'Session-Rolling-Timeout',
  'absolute-timeout': 'Session-Absolute-Timeout',
}

/** All names that a client could send to pretend something: an application behind must only ever get them from here. */
export const V4_HEADER_NAMES: readonly string[] = Object.values(NAMES)

/**
 * The properties of a configured list, which may be spelled with `_`.
 * @throws SessionConfigError
 */
export const v4HeaderProperties = (names: readonly string[]): readonly V4HeaderProperty[] =>
  names.map((name) => {
    const spelled = name.replaceAll('_', '-')
    if (isProperty(spelled)) return spelled
    throw new SessionConfigError(`\`${name}\` is no property of a session: use ${Object.keys(NAMES).join(', ')}.`)
  })

/** Names and values. What is not known is left out, and so is text that a header cannot carry (a line break). */
export function v4Headers(
  properties: readonly V4HeaderProperty[],
  facts: V4HeaderFacts,
): readonly (readonly [name: string, value: string])[] {
  const values = valuesOf(facts)
  return properties.flatMap((property) => {
    const value = values[property]
    return value !== undefined && SENDABLE.test(value) ? [[NAMES[property], value] as const] : []
  })
}

const SENDABLE = /^[\x20-\x7e]+$/

const isProperty = (name: string): name is V4HeaderProperty => Object.hasOwn(NAMES, name)

const valuesOf = ({
  id,
  audience,
  subject,
  remaining,
}: V4HeaderFacts): Record<V4HeaderProperty, string | undefined> => ({
  id: base64url.encode(id),
  audience,
  subject,
  timeout: remaining.least?.toString(),
  'idling-timeout': remaining.idling?.toString(),
  'rolling-timeout': remaining.rolling?.toString(),
  'absolute-timeout': remaining.absolute?.toString(),
})
