import type { Answer } from './send.ts'
import type { User } from './user.ts'

/** The complaint about a 503 when all is well. */
export const WITHOUT_FAULT = '503 without a fault'

export type Action = 'read' | 'inc' | 'login' | 'logout'

/** What may happen at the moment. */
export interface Circumstances {
  /** The state of a session cannot be known: 503 is an honest answer. */
  readonly isUnavailable: boolean
  /** Sessions signed in before this time may be gone, on the clock of `performance.now()`. */
  readonly lostBefore: number
  /** A process of the app may die, so connections break. */
  readonly mayBreak: boolean
  /** A failover may undo what was acknowledged: it is counted, and no complaint. */
  readonly mayUndo: boolean
}

/** What was true of a user when the request left. */
export interface Before {
  readonly acknowledged: number
  readonly cookie: string
}

/** What a failover has undone. */
export interface Undone {
  increments: number
  logouts: number
}

/**
 * Holds an answer against what was promised to the user, and notes what it promises now. Gives what is wrong with it.
 */
export function judge(
  user: User,
  action: Action,
  answer: Answer,
  before: Before,
  now: Circumstances,
  undone: Undone,
): string | undefined {
  const { status, body } = answer
  switch (status) {
    case 200:
      return action === 'logout' ? signedOut(user, answer, before) : served(user, action, answer, before, now, undone)
    case 401:
      return refused(user, before, now)
    case 410:
      return action === 'inc' ? gone(user, before, now) : `${action} was answered 410`
    case 503:
      if (action === 'logout' && user.isSignedIn === 'yes') user.isSignedIn = 'maybe'
      return unavailable(answer, now)
    case 0:
      if (action === 'logout' && user.isSignedIn === 'yes') user.isSignedIn = 'maybe'
      return now.mayBreak ? undefined : `${action} was not answered at all`
    default:
      return `${action} was answered ${status} ${JSON.stringify(body)}`
  }
}

function served(
  user: User,
  action: Action,
  { body }: Answer,
  before: Before,
  { mayUndo }: Circumstances,
  undone: Undone,
): string | undefined {
  if (body.canary !== user.canary || body.user !== user.name)
    return `I2: ${user.name} was shown ${JSON.stringify(body)}`
  if (action === 'login') {
    user.begin()
    return undefined
  }
  if (user.isSignedIn === 'no') {
    if (!mayUndo) return `a session of ${user.name} that had ended was served again`
    undone.logouts++
    user.begin()
  }
  if (action === 'inc') user.acknowledged++
  const { count = Number.NaN } = body
  if (count >= before.acknowledged && count <= user.sent) return undefined
  if (!mayUndo) return `I1: ${user.name} saw ${count}; acknowledged ${before.acknowledged}, sent ${user.sent}`
  undone.increments += Math.max(0, before.acknowledged - count)
  user.acknowledged = Math.min(user.acknowledged, count)
  return undefined
}

function signedOut(user: User, { setCookies }: Answer, { cookie }: Before): string | undefined {
  user.end(cookie)
  return setCookies.length > 0 ? undefined : `the logout of ${user.name} deleted no cookie`
}

const mayBeLost = ({ signedInAt }: User, { lostBefore, mayUndo }: Circumstances): boolean =>
  mayUndo || signedInAt < lostBefore

function refused(user: User, { cookie }: Before, now: Circumstances): string | undefined {
  if (user.isSignedIn === 'no') return undefined
  const isAllowed = user.isSignedIn === 'maybe' || mayBeLost(user, now)
  user.end(cookie)
  return isAllowed ? undefined : `I4: ${user.name} was signed out by a fault`
}

function gone(user: User, { cookie }: Before, now: Circumstances): string | undefined {
  if (user.isSignedIn === 'yes' && !mayBeLost(user, now)) return `the session of ${user.name} was gone`
  user.end(cookie)
  return undefined
}

function unavailable({ retryAfter, setCookies }: Answer, now: Circumstances): string | undefined {
  if (!now.isUnavailable) return WITHOUT_FAULT
  if (retryAfter === undefined) return 'I4: 503 without Retry-After'
  return setCookies.length > 0 ? 'I4: 503 with a Set-Cookie' : undefined
}
