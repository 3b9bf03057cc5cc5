import { hash } from 'node:crypto'

const DIGEST = 32
const COUNT = DIGEST + 8
const filling = Buffer.alloc(1024, 'the quick brown fox jumps over the lazy dog, ')

/** A value of 1 KB that holds a count, and shows whether it is whole. */
export function counted(count: number): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(1024)
  value.set(filling)
  const octets = Buffer.from(value.buffer)
  octets.writeBigUInt64BE(BigInt(count), DIGEST)
  octets.writeDoubleBE(Math.random(), COUNT)
  hash('sha256', octets.subarray(DIGEST), 'buffer').copy(octets)
  return value
}

/** `undefined` for a value that is damaged. */
export function countOf(value: Uint8Array): number | undefined {
  const octets = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (!hash('sha256', octets.subarray(DIGEST), 'buffer').equals(octets.subarray(0, DIGEST))) return undefined
  return Number(octets.readBigUInt64BE(DIGEST))
}

/** What one of several processes that count together has done. */
export interface CountingReport {
  readonly increments: number
  /** Microseconds of each get + compare-and-set, also of those that came too late and were done again. */
  readonly took: readonly number[]
}

/** What a process that may be killed at any time has written. */
export interface Acknowledged {
  readonly key: string
  readonly count: number
}

export const farAway = (): number => Math.floor(Date.now() / 1000) + 3600
