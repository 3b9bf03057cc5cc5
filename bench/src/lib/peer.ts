import type { SessionData } from './session-data.ts'

export type MaybePromise<T> = T | Promise<T>

/** A library that keeps a session in a cookie, reduced to what an app asks of it. */
export interface Peer {
  readonly name: string
  /** A new session with this data, as Set-Cookie lines. */
  create(data: SessionData): MaybePromise<readonly string[]>
  /** From a Cookie header to the data. */
  load(header: string): MaybePromise<Partial<SessionData> | null>
  /** From a Cookie header to the Set-Cookie lines of the same session with one more visit. */
  save(header: string): MaybePromise<readonly string[]>
}

/** Makes a peer ready: opens what it needs, derives what it may keep. */
export type PeerFactory = () => MaybePromise<Peer>
