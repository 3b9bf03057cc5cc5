import type { Bytes, ClientFacts } from '@sojourn/core'
import { platform } from '#crypto'
import { toOctets, toUtf8 } from '../shared/encoding.ts'
import { requireFacts } from '../shared/known-facts.ts'
import { hasFlag, V4_FLAGS } from './flags.ts'
import type { V4Format } from './format.ts'
import { V4_MAC_LENGTH, type V4Header } from './header.ts'
import { v4AuthenticationKey } from './keys.ts'
import type { V4KeyMaterial } from './secrets.ts'

const BOUND = toUtf8('#')

/** The MAC of a header, given its first 66 bytes: bound to what its flags say. */
export async function v4Mac(
  keyMaterial: V4KeyMaterial,
  { id, flags }: V4Header,
  bytes: Bytes,
  facts: ClientFacts,
): Promise<Bytes> {
  const key = await v4AuthenticationKey(keyMaterial, id)
  const bound = boundText(flags, facts)
  const covered = bound ? [bytes, BOUND, await platform.hash('sha256', toOctets(bound))] : [bytes]
  const mac = await platform.hmac('sha256', key, ...covered)
  return mac.subarray(0, V4_MAC_LENGTH)
}

/** @throws SessionConfigError when a fact to be bound is one that only the server could know and does not. */
export function requireBoundFacts({ bind }: V4Format, facts: ClientFacts): void {
  if (bind.includes('ip')) requireFacts('bind', ['address'], facts)
  if (bind.includes('scheme')) requireFacts('bind', ['scheme'], facts)
}

function boundText(flags: number, { address, scheme, userAgent }: ClientFacts): string {
  const values = [
    hasFlag(flags, V4_FLAGS.bindIp) ? address : '',
    hasFlag(flags, V4_FLAGS.bindScheme) ? scheme : '',
    hasFlag(flags, V4_FLAGS.bindUserAgent) ? userAgent : '',
  ]
  return values.filter((value) => value).join('|')
}
