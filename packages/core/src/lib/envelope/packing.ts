import type { Compressor } from '../contracts/parts.ts'
import type { Bytes } from '../contracts/store.ts'
import { attempt } from './attempt.ts'
import { expectBytes } from './expect-bytes.ts'
import { Reader } from './octets.ts'
import { ended, paddedWriter } from './payload.ts'

/** The most that is compressed, so that nothing ever grows beyond it. */
const MOST_EXPANDED = 1_048_576
/** Two lengths of four bytes: of what follows, and of what it becomes; 0 for what is not compressed. */
const LENGTHS = 8

/** Nothing that an encoder of payloads makes: `malformed`. */
const NO_PAYLOAD: Bytes = new Uint8Array()

/** A payload as it is encrypted with a compressor: compressed where that makes it smaller, and padded again. */
export async function pack(compressor: Compressor, payload: Bytes): Promise<Bytes> {
  const compressed = payload.length <= MOST_EXPANDED ? await compressor.compress(payload) : undefined
  const shorter = compressed && expectBytes(nameOf(compressor), compressed).length < payload.length
  const content = shorter ? compressed : payload
  return paddedWriter(LENGTHS + content.length)
    .number(content.length, 4)
    .number(shorter ? payload.length : 0, 4)
    .put(content).bytes
}

/** Undoes {@link pack}. What it never makes becomes an empty payload, which every decoder refuses. */
export async function unpack(compressor: Compressor, packed: Bytes): Promise<Bytes> {
  const reader = new Reader(packed)
  const length = reader.number(4)
  const expanded = reader.number(4)
  const content = reader.take(length)
  if (!ended(reader) || expanded > MOST_EXPANDED) return NO_PAYLOAD
  if (expanded === 0) return content
  const payload = await attempt(() => compressor.expand(content, expanded))
  return payload && expectBytes(nameOf(compressor), payload).length === expanded ? payload : NO_PAYLOAD
}

const nameOf = ({ name }: Compressor): string => `compressor ${name}`
