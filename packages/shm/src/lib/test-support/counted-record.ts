import { hash, randomBytes } from 'node:crypto'

export interface Acknowledged {
  readonly key: string
  readonly count: number
}

const CHECKSUM_BYTES = 32

/** A record of 40 to 3,000 bytes that shows whether it is whole. */
export function countedRecord(count: number): Uint8Array<ArrayBuffer> {
  const body = Buffer.concat([Buffer.alloc(8), randomBytes(count % 7 === 0 ? 3000 : 40 + (count % 1000))])
  body.writeBigUInt64BE(BigInt(count))
  return new Uint8Array(Buffer.concat([hash('sha256', body, 'buffer'), body]))
}

/** @throws Error for a record that is not as it was written. */
export function countOf(record: Uint8Array): number {
  const octets = Buffer.from(record)
  const body = octets.subarray(CHECKSUM_BYTES)
  if (!hash('sha256', body, 'buffer').equals(octets.subarray(0, CHECKSUM_BYTES)))
    throw new Error('A record is damaged.')
  return Number(body.readBigUInt64BE())
}
