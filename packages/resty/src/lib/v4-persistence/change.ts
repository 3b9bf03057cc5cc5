import type { Bytes, Seconds, State, Step, Times } from '@sojourn/core/persistence'
import { platform } from '#crypto'
import type { V4Entry } from '../v4/entries.ts'
import { withoutV4Info } from '../v4/record.ts'
import { type Found, isForgetful } from './found.ts'
import { entryOf, ownEntry } from './own-entry.ts'
import { AT_ONCE } from './records.ts'
import { NOBODY } from './restored-id.ts'
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
  const { audience } = setup.context
  const info = isOfSameSubject(before, step.next) ? found?.info : infoOfOthers(found, audience)
  const change = { entries, info, oldEnds }
  const isSignIn = (step.do === 'create' || step.do === 'rotate') && signsIn(before, step.next)
  return isSignIn
    ? { ...change, ...afterSignIn(found, step.next, audience, entries.length > 1) }
    : { ...change, ...goingOn(setup, found, step.next, now) }
}

/** What a session becomes without this audience: what the others have goes on as it is. */
export function changeForLogout(setup: Setup, found: Found, now: Seconds): Change {
  const { audience } = setup.context
  const entries = found.entries.filter((entry) => entry.audience !== audience)
  const info = infoOfOthers(found, audience)
  return { entries, info, oldEnds: AT_ONCE, ...goingOn(setup, found, undefined, now) }
}

/** What somebody else has left behind is nothing to whoever comes next. */
const isOfSameSubject = (before: State | undefined, { claims: next }: State): boolean =>
  before !== undefined && (before.claims.subject === '' || before.claims.subject === next.subject)

const infoOfOthers = (found: Found | undefined, audience: string): string | undefined =>
  found?.info === undefined ? undefined : withoutV4Info(found.info, audience)

/** A sign-in changes at least one of these; no other step changes any. */
function signsIn(before: State | undefined, { claims: next }: State): boolean {
  if (!before) return next.subject !== ''
  const { began, subject, remember, stale } = before.claims
  return began !== next.began || subject !== next.subject || remember !== next.remember || (stale && !next.stale)
}

type Circumstances = Omit<Change, 'entries' | 'info' | 'oldEnds'>

const beganOf = (presented: Found['session']): Seconds | undefined => presented?.cookie.header.began

/**
 * A sign-in starts all times anew. But other audiences would live longer than they may, and look fresh: so a session of
 * theirs keeps its own, and is restored to them if it was.
 */
function afterSignIn(found: Found | undefined, { claims }: State, audience: string, isShared: boolean): Circumstances {
  const began = (isShared ? beganOf(found?.session) : undefined) ?? claims.began
  // No older than the session, which would look restored.
  const rememberBegan = (isShared ? beganOf(found?.remember) : undefined) ?? began
  const wasRemembered = found !== undefined && (found.remember !== undefined || isForgetful(found))
  return {
    began,
    restored: isShared && found?.restored !== undefined ? audience : undefined,
    rememberBegan: claims.remember ? rememberBegan : undefined,
    dropsRemember: true,
    forget: wasRemembered && !claims.remember,
  }
}

function goingOn(
  { context: { audience, times } }: Setup,
  found: Found | undefined,
  next: State | undefined,
  now: Seconds,
): Circumstances {
  const forget = found !== undefined && isForgetful(found)
  const rememberBegan = forget ? undefined : beganOf(found?.remember)
  const newlyBegan = rememberBegan === undefined ? next?.claims.began : beganAgain(rememberBegan, times, now)
  const restored = found?.restored
  const isFreshNoMore = next ? next.claims.remember && next.claims.stale : restored === audience
  return {
    began: beganOf(found?.session) ?? newlyBegan ?? now,
    restored: isFreshNoMore && (restored === undefined || restored === audience) ? NOBODY : restored,
    rememberBegan,
    dropsRemember: found?.remember !== undefined,
    forget,
  }
}

/**
 * When a session begins that is restored now: so that it ends with its remember cookie at the latest. It is younger than
 * that, which is how lua-resty-session shows it, too.
 */
function beganAgain(rememberBegan: Seconds, { absolute, rememberAbsolute }: Times, now: Seconds): Seconds {
  const latest = absolute === Infinity ? now : rememberBegan + rememberAbsolute - absolute
  return Math.max(Math.min(now, latest), rememberBegan + 1)
}

function entriesAfter(
  setup: Setup,
  found: Found | undefined,
  before: State | undefined,
  { claims, data }: State,
): readonly V4Entry[] {
  const known = found && isOfSameSubject(before, { claims, data }) ? entryOf(setup.context.audience, found) : undefined
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
