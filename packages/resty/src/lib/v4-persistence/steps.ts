import {
  type Call,
  type Opened,
  type Seconds,
  type State,
  type StepResult,
  settableJar,
} from '@sojourn/core/persistence'
import { touchV4 } from '../v4/open.ts'
import { v4RecordTtl } from '../v4/times.ts'
import { changeFor, type Write } from './change.ts'
import { chunked, setChunks } from './cookies.ts'
import { type Found, findSession, type Presented } from './found.ts'
import { AT_ONCE } from './records.ts'
import type { Setup } from './setup.ts'
import { openedFrom, tokenOf } from './state.ts'
import { writeSession } from './write.ts'

/** Carries out what the engine decided. Every write but a touch gives the session a new id, whatever the engine planned. */
export async function takeStep(setup: Setup, from: Opened | undefined, step: Write, call: Call): Promise<StepResult> {
  if (step.do === 'touch' && from) {
    const { session } = tokenOf(from).found
    if (session && canBeTouched(setup, from, step.next, session, call.now)) return touch(setup, from, session, call)
  }
  return save(setup, from, step, call)
}

/**
 * Where nothing but the time of the last use changes. A restored session is renewed with every use; here only when its
 * cookie would otherwise end soon, for it takes PBKDF2.
 */
function canBeTouched(
  { context: { times } }: Setup,
  { state: { claims: before }, reseal }: Opened,
  { claims: next }: State,
  { cookie }: Presented,
  now: Seconds,
): boolean {
  if (reseal) return false
  const { began, rollingOffset } = cookie.header
  const isRenewalDue = began + rollingOffset + times.rolling - now < times.renew
  return next.rolled === before.rolled || (before.stale && !isRenewalDue)
}

/** The cookie alone: what is stored of the session knows nothing of its last use. */
async function touch(setup: Setup, from: Opened, session: Presented, call: Call): Promise<StepResult> {
  const { context, format } = setup
  const { found, earlier } = tokenOf(from)
  const value = await touchV4(format, session.cookie, call.now, call.facts)
  const cut = chunked(context.name, value, context)
  if (!cut.ok) return cut
  const { began, rollingOffset } = session.cookie.header
  const rolled = began + rollingOffset
  const jar = settableJar(call)
  const maxAge = v4RecordTtl(began, setup.session.timeouts, rolled) - (call.now - rolled)
  if (jar)
    setChunks(jar, context.name, cut.chunks, {
      ...context.attributes,
      ...(context.persistent && { maxAge: Math.max(maxAge, 1) }),
    })
  const header = { ...session.cookie.header, idlingOffset: Math.max(call.now - rolled, 0) }
  const touched: Found = { ...found, session: { ...session, cookie: { ...session.cookie, header } } }
  return standing(setup, touched, earlier)
}

async function save(setup: Setup, from: Opened | undefined, step: Write, call: Call): Promise<StepResult> {
  const token = from && tokenOf(from)
  const found = token?.found ?? (await sharedSession(setup, call))
  const change = changeFor(setup, found, from?.state, step, call.now)
  const result = await writeSession(setup, found, change, call)
  if (!result.ok) return result
  const replaced = found?.session && change.oldEnds > AT_ONCE ? [found.session.key] : []
  return standing(setup, result.found, [...(token?.earlier ?? []), ...replaced])
}

/** The session of a request in which this audience has no part yet, or none that counts: others may have theirs. */
async function sharedSession(setup: Setup, call: Call): Promise<Found | undefined> {
  const shared = await findSession(setup, call)
  return shared.ok ? shared.value : undefined
}

function standing(setup: Setup, found: Found, earlier: readonly string[]): StepResult {
  const opened = openedFrom(setup, found, earlier)
  return opened ? { ok: true, opened } : { ok: false, why: 'gone' }
}
