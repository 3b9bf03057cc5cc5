import type { Bytes, Seconds } from './store.ts'

/** What a session is apart from its data. Times are epoch seconds. */
export interface Claims {
  /** 16–64 random bytes. Never shown: `session.id` is a keyed hash of it. */
  readonly id: Bytes
  /** Creation or the last sign-in. The absolute deadline counts from here and nothing but a sign-in moves it. */
  readonly began: Seconds
  /** The last save or renewal; the rolling deadline counts from here. */
  readonly rolled: Seconds
  /** The last use that was written down; the idle deadline counts from here. */
  readonly touched: Seconds
  /** Signed in with "remember me": past the fresh deadlines the longer remember deadlines apply. */
  readonly remember: boolean
  /** The fresh deadlines have passed once. Only a sign-in makes the session fresh again. */
  readonly stale: boolean
  /** Who is signed in; empty for nobody. */
  readonly subject: string
  /** 16 bytes of SHA-256 over the bound client facts; empty when nothing is bound. */
  readonly bound: Bytes
  /** The `version` option that the data was written under. */
  readonly dataVersion: number
}

/** A whole session, wherever it is kept: its claims and its serialized data. */
export interface State {
  readonly claims: Claims
  readonly data: Bytes
}

/** Why a presented cookie was not honoured. A value, never an exception, and never visible to the client. */
export type Refusal =
  | 'missing'
  | 'malformed'
  | 'tampered'
  | 'unknown-key'
  | 'expired-idle'
  | 'expired-rolling'
  | 'expired-absolute'
  | 'not-found'
  | 'destroyed'
  | 'bound-elsewhere'
  | 'ambiguous'
  | 'incomplete'
  | 'schema'
