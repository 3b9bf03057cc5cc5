import type { Bytes } from '@sojourn/core'
import { platform } from '#crypto'

/** From the generator of the operating system. */
export const randomBytes = (length: number): Bytes => platform.randomBytes(length)
