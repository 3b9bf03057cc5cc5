import type { SessionData } from '../session-data.ts'

/** What serves the session of a request from a store, or the part of that which is looked at. Sessions are numbered. */
export interface Stack {
  readonly name: string
  create(session: number, data: SessionData): Promise<void>
  /** One request: opens a session and saves it with one more visit. Without `look`: only moves the octets. */
  visit(session: number): Promise<unknown>
  /** A request that changes nothing; gives the visits. */
  look?(session: number): Promise<number | undefined>
  /** A request of somebody who has no cookie, and gets none. */
  anonymous?(): Promise<unknown>
  close(): Promise<void>
}
