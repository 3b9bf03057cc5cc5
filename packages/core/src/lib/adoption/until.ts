import type { Seconds } from '../contracts/store.ts'
import { wrong } from '../settings/checks.ts'

/** A day, or a moment with its time zone: anything else would mean another moment on another machine. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * The moment from which on an old cookie is not looked at.
 * @throws SessionConfigError unless it is a Date or its ISO text.
 */
export function untilOf(until: Date | string): Seconds {
  const moment = until instanceof Date ? until.getTime() : momentOf(until)
  if (Number.isNaN(moment)) throw wrong('until', until, "a Date, or text such as '2027-06-30' or '2027-06-30T12:00Z'")
  return moment / 1000
}

/** Whether this text says when an adoption ends. */
export const isMoment = (text: string): boolean => !Number.isNaN(momentOf(text))

/** `Date` takes the 30th of February for the 2nd of March. */
function momentOf(text: string): number {
  if (!ISO_DATE.test(text)) return Number.NaN
  const day = text.slice(0, 10)
  const midnight = Date.parse(day)
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
  return isDay ? Date.parse(text) : Number.NaN
}
