import type { ChosenOptions, TimeOptions } from './options.ts'
import type { SessionReader } from './persistence.ts'

/**
 * An old kind of cookie that is still honoured, once: the session is then issued as one of ours. Name, cookie, store,
 * strategy, audience and times are those that the old cookies were made with. What is taken over is data, subject and
 * beginning, and nothing else.
 */
export interface Adoption
  extends Pick<ChosenOptions<object>, 'audience' | 'cookie' | 'store' | 'strategy'>,
    Omit<TimeOptions, 'remember'> {
  /** The format, with its own secret: `iron({ password })`, `restyV4({ secret })`, `remixCookie({ secrets })` … */
  readonly from: SessionReader
  /** The whole name of the old cookie. */
  readonly name: string
  /** From this moment on the old cookie is not looked at any more: a Date, or its text (`'2027-06-30'`, UTC). */
  readonly until: Date | string
  /**
   * Who is signed in, for formats that do not say: `(data) => data.userId`. `undefined` = nobody; what it throws is the
   * refusal `schema`.
   */
  readonly subject?: (data: Record<string, unknown>) => string | undefined
}
