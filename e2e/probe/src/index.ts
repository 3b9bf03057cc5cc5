/**
 * What the four example apps share apart from their session code: a JSON API to test sessions from outside, and the
 * rows of the panel that shows one.
 * @module
 */
export { type ProbeAccess, probe } from './lib/probe.ts'
export type { ProbeData } from './lib/probe-data.ts'
export { type SessionFact, sessionFacts } from './lib/session-facts.ts'
