import type { Refusal, Seconds } from '@sojourn/core'
import type { V3Claims } from './keys.ts'
import type { V3Settings } from './settings.ts'

type Times = Pick<V3Claims, 'expires' | 'usebefore'>

/** Clocks of several servers differ by this much at most. */
const MOST_SKEW: Seconds = 60
/** A touch is written down once it would move `usebefore` by more than this. */
const TOUCH_EVERY: Seconds = 60

/**
 * Why an opened session is not honoured any more. Times that no server with these settings could have set, give or
 * take a minute, are `malformed`.
 */
export function refusalOfV3Times(
  { expires, usebefore }: Times,
  { lifetime, idletime }: Pick<V3Settings, 'lifetime' | 'idletime'>,
  now: Seconds,
): Refusal | undefined {
  if (expires > now + lifetime + MOST_SKEW) return 'malformed'
  if (usebefore !== undefined && usebefore > now + idletime + MOST_SKEW) return 'malformed'
  if (expires <= now) return 'expired-rolling'
  return usebefore !== undefined && usebefore <= now ? 'expired-idle' : undefined
}

/** What `start` does with a session it has opened. `renew` is `cookie.renew`, by default 600. */
export function v3Refresh(
  { expires, usebefore }: Times,
  { lifetime, idletime }: Pick<V3Settings, 'lifetime' | 'idletime'>,
  renew: Seconds,
  now: Seconds,
): 'save' | 'touch' | undefined {
  const left = expires - now
  if (left < renew || left > lifetime) return 'save'
  return usebefore !== undefined && now + idletime - usebefore > TOUCH_EVERY ? 'touch' : undefined
}
