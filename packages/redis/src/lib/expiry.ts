import type { Seconds } from '@sojourn/core/store'

/** A point in time as Redis takes it; it refuses times before 1970. */
export const epochMilliseconds = (expiresAt: Seconds): string => String(Math.max(1, Math.floor(expiresAt * 1000)))
