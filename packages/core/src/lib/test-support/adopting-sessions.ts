import { memoryStore, type SessionOptions, type SessionStore } from '../../index.ts'
import type { FoundSession } from '../adoption/cookie-reader.ts'
import type { Adoption } from '../contracts/adoption.ts'
import type { SessionEvent } from '../contracts/event.ts'
import { Browser } from './browser.ts'
import { carrying, oldFormat, oldValue } from './old-sessions.ts'
import { type Data, testSessions } from './sessions.ts'

/** Where the fake clock starts. */
export const NOW = 1_800_000_000
export const OLD: Required<FoundSession> = {
  id: 'old-id-1',
  data: { name: 'Ann', cart: ['pen'] },
  subject: 'ann',
  began: NOW - 100,
}

let stores = 0
export const newStore = (now?: () => number): SessionStore =>
  memoryStore({ name: `adoption-${stores++}`, ...(now && { now }) })

export const adoption = (more: Partial<Adoption> = {}): Adoption => ({
  from: oldFormat(),
  name: 'legacy.sid',
  until: '2027-06-30',
  ...more,
})

export interface Adopting extends ReturnType<typeof testSessions> {
  /** The value of the old cookie. */
  readonly value: string
  /** Another browser with the same old cookie. */
  readonly visitor: () => Browser
  readonly browser: Browser
  readonly types: () => readonly SessionEvent['type'][]
}

/** Sessions that adopt, and a browser with one old cookie. */
export function adoptingSessions(options: SessionOptions<Data> = {}, old: Partial<FoundSession> = {}): Adopting {
  const value = oldValue({ ...OLD, ...old })
  const at = testSessions({ adopt: [adoption()], ...options })
  const visitor = () => carrying(new Browser(), { 'legacy.sid': value })
  return { ...at, value, visitor, browser: visitor(), types: () => at.events.map(({ type }) => type) }
}

export const PERSISTENCES: readonly [string, () => SessionOptions<Data>][] = [
  ['cookie', () => ({})],
  ['record', () => ({ store: newStore() })],
]
