import { type Bytes, type Milliseconds, type Seconds, StoreRefusedError } from '@sojourn/core/store'

/** The first octet of a key says what it is. The order matters: what grows at its end, the places, comes last. */
export const KIND = { end: 1, key: 2, lock: 3, member: 4, place: 5 } as const

/** LMDB takes up to 1,978 octets; some of them are ours. */
const LONGEST = 1900
const TIME_BYTES = 6
const LATEST = 2 ** 48 - 1
export const STAMP_BYTES = 8

/** @throws StoreRefusedError for text that is too long. */
export function textKey(kind: number, text: string): Bytes {
  const key = Buffer.from(String.fromCharCode(kind) + text)
  if (key.length > LONGEST)
    throw new StoreRefusedError(`shmStore takes keys of up to ${LONGEST} bytes, not ${key.length}.`)
  return key
}

/** The keys of a set's members begin with this, and no other key does: the name has its length in front. */
export const setKey = (set: string): Bytes => textKey(KIND.member, `${set.length}:${set}:`)

export const memberKey = (set: string, member: string): Bytes => textKey(KIND.member, `${set.length}:${set}:${member}`)

/** Behind all keys that begin with this one; no octet of text is as large. */
export const keyAfter = (prefix: Uint8Array): Bytes => Uint8Array.of(...prefix, 0xff)

/** A key that sorts by time: when the thing called `name` is to be looked at again. */
export function endKey(endsAt: Seconds, name: Uint8Array): Bytes {
  const key = Buffer.allocUnsafe(1 + TIME_BYTES + name.length)
  key.writeUInt8(KIND.end)
  writeTime(key, endsAt, 1)
  key.set(name, 1 + TIME_BYTES)
  return key
}

export const nameOfEnd = (end: Uint8Array): Uint8Array => end.subarray(1 + TIME_BYTES)

/** Where the keys of one kind begin; those of the kind after it end them. */
export const firstKey = (kind: number): Bytes => Uint8Array.of(kind)

export function writeTime(target: Buffer, time: number, at: number): number {
  return target.writeUIntBE(Math.min(Math.floor(time), LATEST), at, TIME_BYTES)
}

export const readTime = (source: Buffer, at: number): number => source.readUIntBE(at, TIME_BYTES)

export const view = (octets: Uint8Array): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)

const number = new Float64Array(1)
const numberBytes = new Uint8Array(number.buffer)

/** In the order of the machine: LMDB compares stamps as numbers. */
export function writeStamp(target: Buffer, stamp: number): number {
  number[0] = stamp
  target.set(numberBytes, 0)
  return STAMP_BYTES
}

export function readStamp(source: Uint8Array): number {
  numberBytes.set(source.subarray(0, STAMP_BYTES))
  return number[0] ?? 0
}

const drawn = new Uint32Array(512)
let next = drawn.length

function randomWord(): number {
  if (next >= drawn.length) {
    crypto.getRandomValues(drawn)
    next = 0
  }
  return drawn[next++] ?? 0
}

/** 53 random bits: no two writes of a key get the same. */
export const newStamp = (): number => (randomWord() & 0x1f_ff_ff) * 2 ** 32 + randomWord() || newStamp()

const PLACE_BYTES = 1 + TIME_BYTES + 8
let sequence = 0

/**
 * A key for a record that nobody had before. Places sort by time, so the first is the least recently used. Those of one
 * process follow one another, which fills pages well.
 */
export function newPlace(at: Milliseconds): Bytes {
  const place = Buffer.allocUnsafe(PLACE_BYTES)
  place.writeUInt8(KIND.place)
  writeTime(place, at, 1)
  sequence = (sequence + 1) & 0xff_ff
  place.writeUInt16BE(sequence, 1 + TIME_BYTES)
  place.writeUInt16BE(randomWord() & 0xff_ff, 3 + TIME_BYTES)
  place.writeUInt32BE(randomWord(), 5 + TIME_BYTES)
  return place
}

export const timeOfPlace = (place: Uint8Array): Milliseconds => readTime(view(place), 1)
