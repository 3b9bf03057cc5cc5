import type { Call, Refusal, Seconds, Stored } from '@sojourn/core/persistence'
import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import { fromUtf8 } from '../shared/encoding.ts'
import type { V4Entry } from '../v4/entries.ts'
import { hasFlag, V4_FLAGS } from '../v4/flags.ts'
import { openV4, openV4Remember, type V4Cookie, verifyV4 } from '../v4/open.ts'
import { readV4Record } from '../v4/record.ts'
import { refusalOfV4Times } from '../v4/times.ts'
import { presentedCookies } from './cookies.ts'
import { type FreshFor, freshForOf, NOBODY } from './restored-id.ts'
import type { CookieKind, Setup } from './setup.ts'

/** A genuine cookie, and what belongs to it in the store. */
export interface Presented {
  readonly cookie: V4Cookie
  /** Stands for it in the store. */
  readonly key: string
  /** Its record, where it was read. */
  readonly stored?: Stored
}

/** A session as the request's cookies give it: of its own cookie, or restored from the remember cookie. */
export interface Found {
  readonly entries: readonly V4Entry[]
  /** `session.info` of all audiences, with a store. */
  readonly info?: string | undefined
  readonly session?: Presented | undefined
  readonly remember?: Presented | undefined
  /** "Remember me" has restored it: whom it is fresh for all the same. */
  readonly restored?: FreshFor | undefined
}

type Content = Pick<Found, 'entries' | 'info'> & { readonly presented: Presented }

/** What of a call it takes to find its session. */
export type Asked = Pick<Call, 'jar' | 'facts' | 'now'> & Pick<Partial<Call>, 'signal'>

/** The request's session. Cheap checks first: PBKDF2 is for what the MAC and the store have vouched for. */
export async function findSession(setup: Setup, call: Asked): Promise<Decoded<Found>> {
  const { session } = setup
  const result = await exactlyOne(setup, session, call, (cookie) => contentOf(setup, session, cookie, call, openV4))
  const remember = await rememberCookieOf(setup, call)
  if (!result.ok) return restored(setup, call, result.refusal, remember)
  const { presented, ...content } = result.value
  const remembered = remember.ok ? remember.value : undefined
  return decoded({
    ...content,
    session: presented,
    remember: remembered,
    restored: await restoredOf(setup, presented.cookie, content.entries, remembered),
  })
}

/** The session of the remember cookie, where there is no other. */
async function restored(
  setup: Setup,
  call: Asked,
  refusal: Refusal,
  remember: Decoded<Presented>,
): Promise<Decoded<Found>> {
  const isHopeless = refusal === 'ambiguous' || (remember.ok && (await asksToForget(setup, call)))
  const result: Decoded<Content> =
    remember.ok && !isHopeless
      ? await contentOf(setup, setup.remember, remember.value.cookie, call, openV4Remember)
      : refused(remember.ok ? refusal : remember.refusal)
  if (!result.ok) return refused(refusal === 'missing' ? result.refusal : refusal)
  const { presented, ...content } = result.value
  return decoded({ ...content, remember: presented, restored: NOBODY })
}

/** What comes of exactly one cookie; of two that open, nobody can say which one is the user's (cookie tossing). */
async function exactlyOne<T>(
  setup: Setup,
  kind: CookieKind,
  call: Asked,
  open: (cookie: V4Cookie) => Promise<Decoded<T>>,
): Promise<Decoded<T>> {
  let found: Decoded<T> | undefined
  for (const value of presentedCookies(call.jar, kind.name, setup.format.usesStorage)) {
    const cookie = value.ok ? await verified(setup, kind, value.value, call) : value
    const result = cookie.ok ? await open(cookie.value) : cookie
    if (result.ok && found?.ok) return refused('ambiguous')
    if (result.ok || !found) found = result
  }
  return found ?? refused('missing')
}

async function verified(setup: Setup, kind: CookieKind, value: string, call: Asked): Promise<Decoded<V4Cookie>> {
  const cookie = await verifyV4(setup.format, value, call.facts)
  if (!cookie.ok) return cookie
  const refusal = refusalOfTimes(kind, cookie.value, call.now)
  return refusal ? refused(refusal) : cookie
}

/** A deadline of ours ends the session in its own second, one of lua-resty-session in the second after. */
const refusalOfTimes = ({ timeouts }: CookieKind, { header }: V4Cookie, now: Seconds): Refusal | undefined =>
  refusalOfV4Times(header, timeouts, now + 1)

async function contentOf(
  { format }: Setup,
  kind: CookieKind,
  cookie: V4Cookie,
  call: Asked,
  open: typeof openV4,
): Promise<Decoded<Content>> {
  const { records } = kind
  const presented = await presentedBy(kind, cookie)
  if (!records) {
    const entries = await open(format, cookie)
    return entries.ok ? decoded({ entries: entries.value, presented }) : entries
  }
  const stored = await records.read(presented.key, call)
  if (!stored) return refused('not-found')
  const record = readV4Record(fromUtf8(stored.bytes) ?? '')
  if (!record) return refused('malformed')
  const entries = await open(format, cookie, record.payload)
  if (!entries.ok) return entries
  return decoded({ entries: entries.value, info: record.info, presented: { ...presented, stored } })
}

/** The remember cookie, if it is genuine and its time is not up. What it stands for in the store is not looked at. */
const rememberCookieOf = (setup: Setup, call: Asked): Promise<Decoded<Presented>> =>
  exactlyOne(setup, setup.remember, call, async (cookie) =>
    cookie.header.idlingOffset === 0 ? decoded(await presentedBy(setup.remember, cookie)) : refused('malformed'),
  )

const presentedBy = async ({ records }: CookieKind, cookie: V4Cookie): Promise<Presented> => ({
  cookie,
  key: (await records?.keyOf(cookie.header.id)) ?? '',
})

/** All genuine cookies of one kind, whatever their times and their records say. */
export async function genuineCookies(setup: Setup, kind: CookieKind, call: Asked): Promise<readonly Presented[]> {
  const genuine: Presented[] = []
  for (const value of presentedCookies(call.jar, kind.name, setup.format.usesStorage)) {
    const cookie = value.ok ? await verifyV4(setup.format, value.value, call.facts) : value
    if (cookie.ok) genuine.push(await presentedBy(kind, cookie.value))
  }
  return genuine
}

/** Whether the user has asked not to be remembered: a remember cookie that is there all the same does not count. */
export const isForgetful = ({ session }: Pick<Found, 'session'>): boolean =>
  session !== undefined && hasFlag(session.cookie.header.flags, V4_FLAGS.forget)

/** Whether a session that has ended says that nobody wants it back. */
async function asksToForget(setup: Setup, call: Asked): Promise<boolean> {
  const cookies = await genuineCookies(setup, setup.session, call)
  return cookies.some((session) => isForgetful({ session }))
}

/** Whether nobody has signed in to this audience since "remember me" restored the session. */
export const isRestoredFor = (audience: string, { restored }: Pick<Found, 'restored'>): boolean =>
  restored !== undefined && restored !== audience

/** Its id says so or, where lua-resty-session has restored it, a remember cookie that is older than the session. */
async function restoredOf(
  { format: { keySources } }: Setup,
  cookie: V4Cookie,
  entries: readonly V4Entry[],
  remember: Presented | undefined,
): Promise<FreshFor | undefined> {
  const { began, id } = cookie.header
  const isOlder = remember !== undefined && remember.cookie.header.began < began
  // To one audience alone, a session that is fresh for it is an ordinary one.
  const isPlain = entries.length === 1 && !isOlder
  const candidates = isPlain ? [NOBODY] : [NOBODY, ...entries.map(({ audience }) => audience)]
  const material = await (keySources[cookie.secretIndex] ?? keySources[0])()
  return (await freshForOf(material, id, candidates)) ?? (isOlder ? NOBODY : undefined)
}
