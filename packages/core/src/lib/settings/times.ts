import type { Times } from '../contracts/persistence.ts'
import type { Deadlines } from '../contracts/session.ts'
import type { Claims, Refusal } from '../contracts/state.ts'
import type { Seconds } from '../contracts/store.ts'

/** Browsers cap a cookie's life at 400 days (RFC 6265bis section 5.5); nothing here needs to outlive that. */
export const LONGEST: Seconds = 34_560_000
/** How long a store keeps what has expired: enough for clocks that differ, no more. */
const GARBAGE_AFTER: Seconds = 60

/** The points in time at which a session ends. A deadline counts from its own second on: it is valid until then. */
export interface Ends {
  readonly idle: Seconds
  readonly rolling: Seconds
  readonly absolute: Seconds
}

const freshEnds = (claims: Claims, times: Times): Ends => ({
  idle: claims.touched + times.idle,
  rolling: claims.rolled + times.rolling,
  absolute: claims.began + times.absolute,
})

const rememberEnds = (claims: Claims, times: Times): Ends => ({
  idle: Infinity,
  rolling: claims.rolled + times.rememberRolling,
  absolute: claims.began + times.rememberAbsolute,
})

const earliest = (ends: Ends): Seconds => Math.min(ends.idle, ends.rolling, ends.absolute)

/** Whether the fresh deadlines have passed, now or at an earlier write. */
export function isStale(claims: Claims, times: Times, now: Seconds): boolean {
  return claims.stale || earliest(freshEnds(claims, times)) <= now
}

/** The deadlines that count: the fresh ones, or those of "remember me" once the fresh ones have passed. */
export function endsOf(claims: Claims, times: Times, now: Seconds): Ends {
  return claims.remember && isStale(claims, times, now) ? rememberEnds(claims, times) : freshEnds(claims, times)
}

/** The same as dates; `null` for a deadline that is switched off. */
export function deadlinesOf(claims: Claims, times: Times, now: Seconds): Deadlines {
  const { idle, rolling, absolute } = endsOf(claims, times, now)
  return { idle: dateOf(idle), rolling: dateOf(rolling), absolute: dateOf(absolute) }
}

const dateOf = (at: Seconds): Date | null => (at === Infinity ? null : new Date(at * 1000))

/** Why the session has ended, if it has. The longest deadline that passed names the reason. */
export function expiry(claims: Claims, times: Times, now: Seconds): Refusal | undefined {
  const ends = endsOf(claims, times, now)
  if (ends.absolute <= now) return 'expired-absolute'
  if (ends.rolling <= now) return 'expired-rolling'
  if (ends.idle <= now) return 'expired-idle'
  return undefined
}

/** Whether less than `renew` is left of the rolling deadline. A remembered session renews with every touch. */
export function renewalDue(claims: Claims, times: Times, now: Seconds): boolean {
  return isStale(claims, times, now) || claims.rolled + times.rolling - now < times.renew
}

/** Whether it is time to write down that the session was used: at most once per `touchEvery`, and only for a deadline. */
export function touchDue(claims: Claims, times: Times, now: Seconds): boolean {
  const needsTouch = times.idle < Infinity || isStale(claims, times, now)
  if (needsTouch && now - claims.touched >= times.touchEvery) return true
  const pause = Math.min(times.touchEvery, times.rolling / 2)
  return !isStale(claims, times, now) && now - claims.rolled >= pause && renewalDue(claims, times, now)
}

/** The claims after a use at `now`; `renew` also starts the rolling deadline again. Times never go back. */
export function used(claims: Claims, times: Times, now: Seconds, renew: boolean): Claims {
  const touched = Math.max(claims.touched, now)
  return { ...claims, touched, rolled: renew ? touched : claims.rolled, stale: isStale(claims, times, now) }
}

/** Seconds until no deadline can be met any more, which nothing but a sign-in extends. */
export function remaining(claims: Claims, times: Times, now: Seconds): Seconds {
  const absolute = claims.remember ? Math.max(times.absolute, times.rememberAbsolute) : times.absolute
  return Math.max(0, Math.min(claims.began + absolute - now, LONGEST))
}

/** When a store may forget a record: garbage collection only, deadlines are checked from the sealed bytes. */
export function storeUntil(claims: Claims, times: Times, now: Seconds): Seconds {
  const fresh = earliest(freshEnds(claims, times))
  const end = claims.remember ? Math.max(fresh, earliest(rememberEnds(claims, times))) : fresh
  return Math.min(end, now + LONGEST) + GARBAGE_AFTER
}
