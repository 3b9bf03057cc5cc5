import type { Bytes, Seconds, State, Step } from '@sojourn/core/persistence'
import { platform } from '#crypto'
import type { V4Entry } from '../v4/entries.ts'
import { type Found, isForgetful } from './found.ts'
import { entryOf, ownEntry } from './own-entry.ts'
import { AT_ONCE } from './records.ts'
import type { Setup } from './setup.ts'
import type { Change } from './write.ts'

/** The steps that leave a session. */
export type Write = Exclude<Step, { do: 'destroy' }>

/** What a session becomes by a step. `found` is what the cookies gave, `before` what the engine knew of it. */
export function changeFor(
  setup: Setup,
  found: Found | undefined,
  before: State | undefined,
  step: Write,
  now: Seconds,
): Change {
  const entries = entriesAfter(setup, found, before, step.next)
  const oldEnds = step.do === 'rotate' && step.grace === 0 ? AT_ONCE : now + setup.context.times.discard
  const change = { entries, info: found?.info, oldEnds }
  const isSignIn = (step.do === 'create' || step.do === 'rotate') && signsIn(before, step.next)
  return isSignIn
    ? { ...change, ...afterSignIn(found, step.next, entries.length > 1) }
    : { ...change, ...goingOn(found, step.next, now) }
}

/** What a session becomes without this audience: what the others have goes on as it is. */
export function changeForLogout({ context }: Setup, found: Found, now: Seconds): Change {
  const entries = found.entries.filter(({ audience }) => audience !== context.audience)
  return { entries, info: found.info, oldEnds: AT_ONCE, ...goingOn(found, undefined, now) }
}

/** A sign-in changes at least one of these; no other step changes any. */
function signsIn(before: State | undefined, { claims: next }: State): boolean {
  if (!before) return next.subject !== ''
  const { began, subject, remember, stale } = before.claims
  return began !== next.began || subject !== next.subject || remember !== next.remember || (stale && !next.stale)
}

type Circumstances = Omit<Change, 'entries' | 'info' | 'oldEnds'>

const beganOf = (presented: Found['session']): Seconds | undefined => presented?.cookie.header.began

/** A sign-in starts all times anew; but other audiences would live longer than they may, so a session of theirs keeps its own. */
function afterSignIn(found: Found | undefined, { claims }: State, isShared: boolean): Circumstances {
  const began = (isShared ? beganOf(found?.session) : undefined) ?? claims.began
  const wasRemembered = found !== undefined && (found.remember !== undefined || isForgetful(found))
  return {
    began,
    isRestored: false,
    // No older than the session, which would look restored.
    rememberBegan: claims.remember ? Math.max(claims.began, began) : undefined,
    dropsRemember: true,
    forget: wasRemembered && !claims.remember,
  }
}

function goingOn(found: Found | undefined, next: State | undefined, now: Seconds): Circumstances {
  const forget = found !== undefined && isForgetful(found)
  const rememberBegan = forget ? undefined : beganOf(found?.remember)
  // One that is restored now is younger than its remember cookie: that is how lua-resty-session shows it, too.
  const newlyBegan = rememberBegan === undefined ? next?.claims.began : Math.max(now, rememberBegan + 1)
  return {
    began: beganOf(found?.session) ?? newlyBegan ?? now,
    isRestored: found?.isRestored || (next?.claims.remember && next.claims.stale) || false,
    rememberBegan,
    dropsRemember: found?.remember !== undefined,
    forget,
  }
}

function entriesAfter(
  setup: Setup,
  found: Found | undefined,
  before: State | undefined,
  { claims, data }: State,
): readonly V4Entry[] {
  const known = before && found && entryOf(setup.context.audience, found)
  const own = ownEntry(setup, {
    data,
    subject: claims.subject,
    before: known,
    isUnchanged: before !== undefined && sameBytes(before.data, data),
  })
  const isOwn = ({ audience }: V4Entry): boolean => audience === own.audience
  const entries = found?.entries ?? []
  const all = entries.some(isOwn) ? entries.map((entry) => (isOwn(entry) ? own : entry)) : [...entries, own]
  if (!setup.settings.enforceSameSubject || own.subject === undefined) return all
  return all.filter(({ subject }) => subject === own.subject)
}

const sameBytes = (a: Bytes, b: Bytes): boolean => a.length === b.length && platform.equal(a, b)
