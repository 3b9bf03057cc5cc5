import {
  type Call,
  type Moment,
  SessionUnsupportedError,
  type SubjectSessions,
  settableJar,
} from '@sojourn/core/persistence'
import { base64url } from '../shared/encoding.ts'
import type { V4Entry } from '../v4/entries.ts'
import { expireChunks } from './cookies.ts'
import { genuineCookies } from './found.ts'
import type { V4Records } from './records.ts'
import type { CookieKind, Setup } from './setup.ts'
import type { Token } from './state.ts'
import type { SubjectIndex } from './subject-index.ts'

/**
 * Ends whatever the request's genuine cookies and the handle stand for, and expires the cookies. The remember cookie
 * first: it would restore the session for a request that comes in between.
 */
export async function destroySession(setup: Setup, token: Token | undefined, call: Call): Promise<void> {
  const entries = token?.found.entries ?? []
  const { session, remember } = token?.found ?? {}
  await removeAll(setup, setup.remember, [remember?.key], entries, call)
  await removeAll(setup, setup.session, [session?.key, ...(token?.earlier ?? [])], entries, call)
  clearCookies(setup, call)
}

/** Removes the records of these keys, and of every genuine cookie of the kind that the request carries. */
async function removeAll(
  setup: Setup,
  kind: CookieKind,
  known: readonly (string | undefined)[],
  entries: readonly V4Entry[],
  call: Call,
): Promise<void> {
  const { records } = kind
  if (!records) return
  const presented = await genuineCookies(setup, kind, call)
  const keys = new Set([...known, ...presented.map(({ key }) => key)])
  for (const key of keys) if (key !== undefined) await records.remove(key, entries, call)
}

/** Expires the session's cookies in this browser. */
export function clearCookies({ context, session, remember }: Setup, call: Call): void {
  const jar = settableJar(call)
  if (!jar) return
  for (const { name } of [session, remember]) expireChunks(jar, name, context.attributes)
}

/** The sessions of a subject by the index of `storeMetadata`: those of this audience. */
export function subjectSessions(setup: Setup): SubjectSessions {
  return {
    list: async () => {
      throw new SessionUnsupportedError(
        'A resty-v4 session cannot be listed: what is stored of it opens with its own cookie only. readMetadata() gives the keys.',
      )
    },

    async end(subject, keeps, call) {
      const isKept = async (key: string): Promise<boolean> => {
        const id = base64url.decode(key)
        return id !== undefined && keeps(id)
      }
      const seen = new Set<string>()
      let ended = 0
      // Until neither lists anything new: what was saved meanwhile listed its successors before it went, and each kind
      // of record can bring back the other.
      for (let before = -1; before < seen.size; ) {
        before = seen.size
        // A remember cookie is no session beside that of its browser, and counts for none.
        await endListed(setup, indexedRecords(setup.remember), subject, seen, isKept, call)
        ended += await endListed(setup, indexedRecords(setup.session), subject, seen, isKept, call)
      }
      return ended
    },
  }
}

/** Ends what is listed and was not `seen` yet. */
async function endListed(
  { context: { audience } }: Setup,
  { records, index }: Indexed,
  subject: string,
  seen: Set<string>,
  isKept: (key: string) => Promise<boolean>,
  call: Moment,
): Promise<number> {
  let ended = 0
  for (const key of await index.listed(audience, subject, call)) {
    if (seen.has(key)) continue
    seen.add(key)
    if (await isKept(key)) continue
    if (await records.forestall(key, call)) ended++
    await index.remove(audience, subject, key, call)
  }
  return ended
}

/** The keys of a subject's sessions in the store, as `read_metadata` gives them. */
export const metadataOf = ({ context, session }: Setup, subject: string, call: Moment): Promise<readonly string[]> =>
  indexedRecords(session).index.listed(context.audience, subject, call)

interface Indexed {
  readonly records: V4Records
  readonly index: SubjectIndex
}

function indexedRecords({ records }: CookieKind): Indexed {
  if (records?.index) return { records, index: records.index }
  throw new SessionUnsupportedError(
    'Which sessions a subject has is known with a store and restyV4({ storeMetadata: true }) only, on both sides.',
  )
}
