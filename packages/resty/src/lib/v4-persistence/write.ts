import { type Call, type Seconds, settableJar } from '@sojourn/core/persistence'
import { type V4Entry, v4Payload } from '../v4/entries.ts'
import { sealV4, sealV4Remember, type V4Sealed } from '../v4/seal.ts'
import { v4RecordTtl } from '../v4/times.ts'
import { type Chunked, chunked, expireChunks, setChunks } from './cookies.ts'
import type { Found, Presented } from './found.ts'
import { type FreshFor, NOBODY, newId, newRestoredId } from './restored-id.ts'
import type { CookieKind, Setup } from './setup.ts'

/** What a session becomes. */
export interface Change {
  readonly entries: readonly V4Entry[]
  readonly info?: string | undefined
  readonly began: Seconds
  /** See `Found`. */
  readonly restored: FreshFor | undefined
  /** When the times of the remember cookie began; `undefined`: there is to be none. */
  readonly rememberBegan: Seconds | undefined
  /** A remember cookie of this browser goes, if there is to be none. */
  readonly dropsRemember: boolean
  /** The user has asked not to be remembered. */
  readonly forget: boolean
  /** When what it was ends; `AT_ONCE` for now. */
  readonly oldEnds: Seconds
}

export type Outcome =
  | { readonly ok: true; readonly found: Found }
  | { readonly ok: false; readonly why: 'gone' }
  | Exclude<Chunked, { ok: true }>

/** A sealed cookie of one kind, on its way. */
interface Draft {
  readonly kind: CookieKind
  readonly sealed: V4Sealed
  readonly chunks: readonly string[]
  readonly ttl: Seconds
}

/** Writes the session anew, under new ids, and ends what it was: records first, the cookies once those stand. */
export async function writeSession(
  setup: Setup,
  found: Found | undefined,
  change: Change,
  call: Call,
): Promise<Outcome> {
  const session = await draftSession(setup, change, call)
  if (!session.ok) return session
  const { rememberBegan } = change
  const remember = rememberBegan === undefined ? undefined : await draftRemember(setup, change, rememberBegan, call)
  if (remember && !remember.ok) return remember
  const drafts = [session.draft, ...(remember ? [remember.draft] : [])]
  const added = await addRecords(drafts, change, call)
  if (!added) return { ok: false, why: 'gone' }
  if (!(await endOld(setup, found, change, call))) {
    await discard(drafts, added, change, call)
    return { ok: false, why: 'gone' }
  }
  setCookies(setup, session.draft, remember?.draft, change, call)
  const [presented, remembered] = added
  return {
    ok: true,
    found: {
      entries: change.entries,
      info: change.info,
      session: presented,
      remember: remembered,
      restored: change.restored,
    },
  }
}

type Drafted = { readonly ok: true; readonly draft: Draft } | Exclude<Chunked, { ok: true }>

async function draftSession(setup: Setup, change: Change, call: Call): Promise<Drafted> {
  const { entries, began, restored, forget } = change
  const { format, session } = setup
  const isFreshFor = entries.some(({ audience }) => audience === restored)
  const material = await format.keySources[0]()
  const id = restored === undefined ? newId() : await newRestoredId(material, isFreshFor ? restored : NOBODY)
  const sealed = await sealV4(format, { id, began, now: call.now, entries, forget }, call.facts)
  return drafted(setup, session, sealed, change, v4RecordTtl(began, session.timeouts, call.now))
}

async function draftRemember(setup: Setup, change: Change, began: Seconds, call: Call): Promise<Drafted> {
  const { format, remember } = setup
  const content = { id: newId(), began, now: call.now, entries: change.entries }
  const sealed = await sealV4Remember(format, content, call.facts)
  return drafted(setup, remember, sealed, change, v4RecordTtl(began, remember.timeouts, call.now))
}

function drafted(
  { context, format }: Setup,
  kind: CookieKind,
  sealed: V4Sealed | undefined,
  { entries }: Change,
  ttl: Seconds,
): Drafted {
  if (!sealed) return { ok: false, why: 'too-large', size: v4Payload(entries).length, limit: format.mostBytes }
  const cut = chunked(kind.name, sealed.cookie, context)
  return cut.ok ? { ok: true, draft: { kind, sealed, chunks: cut.chunks, ttl } } : cut
}

/** `undefined`: a revocation has taken the key of one. */
async function addRecords(
  drafts: readonly Draft[],
  { entries, info }: Change,
  call: Call,
): Promise<readonly Presented[] | undefined> {
  const added: Presented[] = []
  for (const { kind, sealed, ttl } of drafts) {
    const { header, payload } = sealed
    const cookie = { header, payload: kind.records ? '' : payload, secretIndex: 0 }
    if (!kind.records) {
      added.push({ cookie, key: '' })
      continue
    }
    const key = await kind.records.keyOf(header.id)
    const record = { payload, ...(info !== undefined && { info }) }
    const stored = await kind.records.add(key, record, call.now + ttl, entries, call)
    if (!stored) {
      await discard(drafts, added, { entries }, call)
      return undefined
    }
    added.push({ cookie, key, stored })
  }
  return added
}

/** Takes back what lost its race. One left behind by a store fault is unreachable and expires. */
async function discard(
  drafts: readonly Draft[],
  added: readonly Presented[],
  { entries }: Pick<Change, 'entries'>,
  call: Call,
): Promise<void> {
  for (const [at, { key }] of added.entries())
    await drafts[at]?.kind.records?.remove(key, entries, call).catch(() => undefined)
}

/**
 * Ends the records that the session had. `false`: they have ended meanwhile, so somebody has logged out. The remember
 * cookie first: it would restore a session that ends at once for a request that comes in between, and what comes last
 * tells of a logout until then.
 */
async function endOld(setup: Setup, found: Found | undefined, { oldEnds }: Change, call: Call): Promise<boolean> {
  if (!found) return true
  const { session, remember, entries } = found
  const { records } = setup.remember
  if (remember && records) {
    const stored = remember.stored ?? (await records.read(remember.key, call))
    const stood = stored !== undefined && (await records.end(remember.key, stored, oldEnds, entries, call))
    // Beside a session that still stands, a remember cookie may have ended by itself.
    if (!stood && !session) return false
  }
  if (!session?.stored || !setup.session.records) return true
  return setup.session.records.end(session.key, session.stored, oldEnds, entries, call)
}

function setCookies(
  { context, session, remember }: Setup,
  draft: Draft,
  remembered: Draft | undefined,
  { dropsRemember }: Change,
  call: Call,
): void {
  const jar = settableJar(call)
  if (!jar) return
  const { attributes, persistent } = context
  setChunks(jar, session.name, draft.chunks, persistent ? { ...attributes, maxAge: draft.ttl } : attributes)
  if (remembered) setChunks(jar, remember.name, remembered.chunks, { ...attributes, maxAge: remembered.ttl })
  else if (dropsRemember) expireChunks(jar, remember.name, attributes)
}
