import { platform } from '#crypto'
import type { Claims, State } from '../contracts/state.ts'
import type { Bytes, Seconds } from '../contracts/store.ts'
import { SessionDataError } from '../errors.ts'
import { Reader, Writer } from './octets.ts'

/** The session has a new id, and until then this record leads there. */
export interface Moved {
  readonly kind: 'moved'
  readonly successor: Bytes
  readonly until: Seconds
}

/** The session was destroyed, and until then nothing may bring it back. */
export interface Dead {
  readonly kind: 'dead'
  readonly until: Seconds
}

/** What a record in a store is, once it is unsealed. */
export type SealedRecord = { readonly kind: 'live'; readonly state: State } | Moved | Dead

/** Payloads are padded to a multiple of this many bytes, so that a length says little about what is inside. */
export const BLOCK = 64

const LIVE = 1
const MOVED = 2
const DEAD = 3

const REMEMBER = 1
const STALE = 2
const BOUND = 4
const FLAGS: number = REMEMBER | STALE | BOUND

const MIN_ID = 16
const MAX_ID = 64
const BOUND_LENGTH = 16
const TIME = 5
/** What a payload takes apart from its id, bound facts, subject and data. */
const LIVE_FIXED = 26
const MOVED_FIXED = 7
const DEAD_FIXED = 6
const MAX_SUBJECT = 65_535
/** How far ahead the clock of another machine may be. */
const SKEW: Seconds = 60

const NOTHING = new Uint8Array()

/** A writer for `length` bytes and the padding after them. */
export function paddedWriter(length: number): Writer {
  return new Writer(Math.ceil(length / BLOCK) * BLOCK)
}

function subjectBytes(subject: string): Bytes {
  if (!subject) return NOTHING
  const bytes = platform.toUtf8(subject)
  if (bytes.length <= MAX_SUBJECT && platform.fromUtf8(bytes) === subject) return bytes
  throw new SessionDataError(`subject: must be well-formed text of at most ${MAX_SUBJECT} bytes`, 'subject')
}

/**
 * A session as the bytes that are sealed.
 *
 * @throws SessionDataError when the subject has a lone surrogate or more than 65,535 bytes.
 */
export function encodeState({ claims, data }: State): Bytes {
  const { id, bound } = claims
  const subject = subjectBytes(claims.subject)
  const flags = (claims.remember ? REMEMBER : 0) | (claims.stale ? STALE : 0) | (bound.length ? BOUND : 0)
  return paddedWriter(LIVE_FIXED + id.length + bound.length + subject.length + data.length)
    .number(LIVE, 1)
    .number(flags, 1)
    .number(claims.dataVersion, 2)
    .number(id.length, 1)
    .put(id)
    .number(claims.began, TIME)
    .number(claims.rolled, TIME)
    .number(claims.touched, TIME)
    .put(bound)
    .number(subject.length, 2)
    .put(subject)
    .number(data.length, 4)
    .put(data).bytes
}

export function encodeMoved({ successor, until }: Omit<Moved, 'kind'>): Bytes {
  return paddedWriter(MOVED_FIXED + successor.length)
    .number(MOVED, 1)
    .number(until, TIME)
    .number(successor.length, 1)
    .put(successor).bytes
}

export function encodeDead({ until }: Omit<Dead, 'kind'>): Bytes {
  return paddedWriter(DEAD_FIXED).number(DEAD, 1).number(until, TIME).bytes
}

/** All that is left is the least padding, and it is zeros. */
export function ended(reader: Reader): boolean {
  const { left } = reader
  if (left < 0 || left >= BLOCK || reader.length % BLOCK > 0) return false
  for (const octet of reader.take(left)) if (octet !== 0) return false
  return true
}

function isId(id: Bytes): boolean {
  return id.length >= MIN_ID && id.length <= MAX_ID
}

/** `undefined` for octets that no text is encoded as. */
function textOf(bytes: Bytes): string | undefined {
  if (!bytes.length) return ''
  const text = platform.fromUtf8(bytes)
  const again = platform.toUtf8(text)
  return again.length === bytes.length && platform.equal(again, bytes) ? text : undefined
}

/** A session, as a cookie carries it; `undefined` (refused as `malformed`) for what `encodeState` does not make. */
export function decodeState(payload: Bytes, now: Seconds): State | undefined {
  const reader = new Reader(payload)
  if (reader.number(1) !== LIVE) return undefined
  const flags = reader.number(1)
  const dataVersion = reader.number(2)
  const id = reader.take(reader.number(1))
  const began = reader.number(TIME)
  const rolled = reader.number(TIME)
  const touched = reader.number(TIME)
  const bound = reader.take(flags & BOUND ? BOUND_LENGTH : 0)
  const subject = textOf(reader.take(reader.number(2)))
  const data = reader.take(reader.number(4))
  const inOrder = began <= rolled && rolled <= touched && touched <= now + SKEW
  if (!ended(reader) || flags > FLAGS || !isId(id) || subject === undefined || !inOrder) return undefined
  const claims: Claims = {
    id,
    began,
    rolled,
    touched,
    remember: (flags & REMEMBER) > 0,
    stale: (flags & STALE) > 0,
    subject,
    bound,
    dataVersion,
  }
  return { claims, data }
}

function decodeMoved(payload: Bytes): Moved | undefined {
  const reader = new Reader(payload)
  if (reader.number(1) !== MOVED) return undefined
  const until = reader.number(TIME)
  const successor = reader.take(reader.number(1))
  return ended(reader) && isId(successor) ? { kind: 'moved', successor, until } : undefined
}

function decodeDead(payload: Bytes): Dead | undefined {
  const reader = new Reader(payload)
  if (reader.number(1) !== DEAD) return undefined
  const until = reader.number(TIME)
  return ended(reader) ? { kind: 'dead', until } : undefined
}

/** Any unsealed record; `undefined` (refused as `malformed`) for what no encoder here makes. */
export function decodeRecord(payload: Bytes, now: Seconds): SealedRecord | undefined {
  const state = decodeState(payload, now)
  return state ? { kind: 'live', state } : (decodeMoved(payload) ?? decodeDead(payload))
}
