/**
 * Faults of a network, for tests of stores and of apps that use them. Loads nothing of vitest, so that a process which
 * a test starts can import it as well.
 * @module
 */
export type { Direction, Fault } from './lib/fault-proxy/fault.ts'
export { type FaultProxy, type FaultProxyOptions, faultProxy } from './lib/fault-proxy/fault-proxy.ts'
