import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'

/** By their octets: what was read anew is another object. */
export const sameBytes = (a: Bytes, b: Bytes): boolean => a.length === b.length && platform.equal(a, b)
