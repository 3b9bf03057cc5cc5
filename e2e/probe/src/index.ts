/**
 * What the four example apps share apart from their session code: a JSON API to test sessions from outside, and what
 * the panels show that tell of sessions.
 * @module
 */
export { canSignIn } from './lib/can-sign-in.ts'
export { deviceOf } from './lib/device.ts'
export { type ProbeAccess, probe } from './lib/probe.ts'
export type { ProbeData } from './lib/probe-data.ts'
export { type SessionFact, sessionFacts } from './lib/session-facts.ts'
export { type SessionEntry, sessionList } from './lib/session-list.ts'
