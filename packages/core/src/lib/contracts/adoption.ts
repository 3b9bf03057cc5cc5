import type { SessionOptions, TimeOptions } from './options.ts'
import type { SessionReader } from './persistence.ts'

/** An old kind of cookie that is still honoured, once: the session is then issued as one of ours. */
export interface Adoption
  extends Pick<SessionOptions<object>, 'audience' | 'cookie' | 'store' | 'strategy'>,
    Omit<TimeOptions, 'remember'> {
  /** The format, with its own secret: `iron({ password })`, `restyV4({ secret })`, `remixCookie({ secrets })` … */
  readonly from: SessionReader
  /** The whole name of the old cookie. */
  readonly name: string
  /** From this moment on the old cookie is not looked at any more: a Date, or its text (`'2027-06-30'`). */
  readonly until: Date | string
}
