import type { Refusal, Seconds } from '@sojourn/core'
import type { V4Header } from './header.ts'

/** 0 is off. */
export interface V4Timeouts {
  readonly idling: Seconds
  readonly rolling: Seconds
  readonly absolute: Seconds
}

export type V4Offsets = Pick<V4Header, 'began' | 'rollingOffset' | 'idlingOffset'>

/** Clocks of several servers differ by this much at most. */
const MOST_SKEW: Seconds = 60
/** `refresh` saves once three quarters of the rolling timeout have passed. */
const SAVE_AT = 0.75
/** What browsers accept (RFC 6265bis), and lua-resty-session stores at most. */
const MOST_TTL: Seconds = 400 * 86_400

/** How long ago each of the three clocks was started anew. */
const elapsed = ({ began, rollingOffset, idlingOffset }: V4Offsets, now: Seconds): V4Timeouts => ({
  absolute: now - began,
  rolling: now - began - rollingOffset,
  idling: now - began - rollingOffset - idlingOffset,
})

/**
 * Why a verified header is not honoured any more; a timeout includes its last second. Times more than a minute ahead
 * are `malformed` (lua-resty-session accepts any).
 */
export function refusalOfV4Times(offsets: V4Offsets, timeouts: V4Timeouts, now: Seconds): Refusal | undefined {
  const age = elapsed(offsets, now)
  if (age.absolute < -MOST_SKEW || age.rolling < -MOST_SKEW || age.idling < -MOST_SKEW) return 'malformed'
  if (timeouts.absolute > 0 && age.absolute > timeouts.absolute) return 'expired-absolute'
  if (timeouts.rolling > 0 && age.rolling > timeouts.rolling) return 'expired-rolling'
  if (timeouts.idling > 0 && age.idling > timeouts.idling) return 'expired-idle'
  return undefined
}

/** What `refresh` does. `touchThreshold` is `touch_threshold`, by default 60. */
export function v4Refresh(
  offsets: V4Offsets,
  timeouts: V4Timeouts,
  touchThreshold: Seconds,
  now: Seconds,
): 'save' | 'touch' | undefined {
  const age = elapsed(offsets, now)
  if (timeouts.rolling > 0 && age.rolling > Math.ceil(timeouts.rolling * SAVE_AT)) return 'save'
  return age.idling > touchThreshold ? 'touch' : undefined
}

/** What is left of each timeout, `undefined` where it is off. `least` is the first to end. */
export interface V4Remaining {
  readonly least: Seconds | undefined
  readonly idling: Seconds | undefined
  readonly rolling: Seconds | undefined
  readonly absolute: Seconds | undefined
}

export function v4Remaining(offsets: V4Offsets, timeouts: V4Timeouts, now: Seconds): V4Remaining {
  const age = elapsed(offsets, now)
  const left = (name: keyof V4Timeouts) => (timeouts[name] > 0 ? timeouts[name] - age[name] : undefined)
  const all = { idling: left('idling'), rolling: left('rolling'), absolute: left('absolute') }
  const known = Object.values(all).filter((value) => value !== undefined)
  return { ...all, least: known.length > 0 ? Math.min(...known) : undefined }
}

/**
 * How long to store a session that is saved now. lua-resty-session 4.1.5 means to do this and forgets about the
 * absolute timeout.
 */
export function v4RecordTtl(began: Seconds, { rolling, absolute }: V4Timeouts, now: Seconds): Seconds {
  const ends = [MOST_TTL]
  if (rolling > 0) ends.push(rolling)
  if (absolute > 0) ends.push(absolute - (now - began))
  return Math.max(Math.min(...ends), 1)
}
