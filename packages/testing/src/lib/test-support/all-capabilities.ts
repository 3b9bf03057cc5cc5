import type { StoreCapabilities } from '../store-suite/capabilities.ts'

/** Of a store that can do everything, to the second. */
export const allCapabilities: StoreCapabilities = {
  atomic: true,
  lock: true,
  index: true,
  countsWrites: true,
  emptyValues: true,
  largestValue: 1000,
  expirySlack: 0,
}
