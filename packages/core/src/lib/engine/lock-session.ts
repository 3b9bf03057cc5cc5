import type { Call, Opened, Persistence, Step } from '../contracts/persistence.ts'
import { SessionLockLostError } from '../errors.ts'
import type { Settings } from '../settings/settings.ts'
import { renewalDue, used } from '../settings/times.ts'
import { type Hold, LockQueue } from './locking.ts'
import { sameBytes } from './same-bytes.ts'

/** Writers without the lock (touches of readers, other configurations) that may come in between. */
const MOST_TRIES = 8

/** A session whose lock this request holds; `gone`: it ended while the request waited. */
export type Locked = { readonly hold: Hold; readonly opened: Opened } | 'gone'

/**
 * Waits for the lock of a session, then touches its record: the write of whoever held the lock before and slept past
 * the lease now fails, because it names an older revision. What others wrote meanwhile is what is returned. Without
 * `touch` that is no use of the session: its times stay.
 * @throws SessionLockTimeoutError, SessionUnavailableError
 */
export async function lockSession(
  persistence: Persistence,
  settings: Settings,
  found: Opened,
  call: () => Call,
  touch: boolean,
): Promise<Locked> {
  if (!persistence.lock || !settings.lock) throw new TypeError('These sessions have no lock.')
  const queue = new LockQueue(persistence.lock, settings.lock, call().signal)
  let opened = found
  for (;;) {
    const { id } = opened.state.claims
    const hold = await queue.acquire(id)
    try {
      const fenced = await fence(persistence, settings, opened, call, touch)
      if (fenced === 'gone') {
        await hold.release()
        return 'gone'
      }
      if (fenced.isLatest) return { hold, opened: fenced.opened }
      // It was rotated meanwhile: the successor has a lock of its own.
      opened = fenced.opened
      await hold.release()
    } catch (error) {
      await hold.release()
      throw error
    }
  }
}

async function fence(
  persistence: Persistence,
  { times }: Settings,
  found: Opened,
  call: () => Call,
  touch: boolean,
): Promise<{ readonly opened: Opened; readonly isLatest: boolean } | 'gone'> {
  let opened = found
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const { claims, data } = opened.state
    const now = call()
    const renew = touch && renewalDue(claims, times, now.now)
    // The same claims, sealed anew, are another revision as well.
    const next = { claims: touch ? used(claims, times, now.now, renew) : claims, data }
    const step: Step = { do: 'touch', next }
    const result = await persistence.step(opened, step, now)
    if (result.ok) return { opened: { ...opened, ...result.opened }, isLatest: true }
    if (result.why !== 'changed' || !result.theirs) return 'gone'
    const isOther = !sameBytes(result.theirs.state.claims.id, claims.id)
    opened = result.theirs
    if (isOther) return { opened, isLatest: false }
  }
  throw new SessionLockLostError('Requests that do not take the lock kept writing this session.')
}
