import { type PersistenceContext, SessionConfigError } from '@sojourn/core/persistence'
import { isV4Chunk } from '../v4/chunks.ts'
import type { V4Format } from '../v4/format.ts'
import type { V4NameOptions } from '../v4/storage-names.ts'
import type { V4Timeouts } from '../v4/times.ts'
import { formatOf } from './format-of.ts'
import { indexSetsOf } from './index-sets.ts'
import { keyStyleOf, type RestyV4Settings } from './options.ts'
import { V4Records } from './records.ts'
import { SubjectIndex } from './subject-index.ts'

/** One kind of cookie: that of the session, or the remember cookie. */
export interface CookieKind {
  readonly name: string
  readonly timeouts: V4Timeouts
  /** With a store. */
  readonly records: V4Records | undefined
}

/** What the sessions of one configuration are made of. */
export interface Setup {
  readonly context: PersistenceContext
  readonly settings: RestyV4Settings
  readonly format: V4Format
  readonly session: CookieKind
  readonly remember: CookieKind
}

/** @throws SessionConfigError for names that collide, and for a store that cannot serve the format */
export function setupOf(settings: RestyV4Settings, context: PersistenceContext): Setup {
  const { name, times, store } = context
  const [prefix = ''] = /^(__Host-|__Secure-)?/.exec(name) ?? []
  const rememberName = prefix + settings.rememberCookieName
  if (isV4Chunk(name, rememberName) || isV4Chunk(rememberName, name))
    throw new SessionConfigError(
      `The cookies ${name} and ${rememberName} cannot be told apart. Change \`rememberCookieName\`.`,
    )
  if (settings.storeMetadata && !store)
    throw new SessionConfigError('`storeMetadata` needs a `store`: there is no place for an index in cookies.')
  return {
    context,
    settings,
    format: formatOf(settings, store ? 'server' : 'cookie'),
    session: {
      name,
      timeouts: { idling: orOff(times.idle), rolling: orOff(times.rolling), absolute: orOff(times.absolute) },
      records: recordsOf(settings, context, name),
    },
    remember: {
      name: rememberName,
      timeouts: { idling: 0, rolling: times.rememberRolling, absolute: times.rememberAbsolute },
      records: recordsOf(settings, context, rememberName),
    },
  }
}

const orOff = (seconds: number): number => (seconds === Infinity ? 0 : seconds)

function recordsOf(
  { keys, prefix, suffix, hashStorageKey, hashSubject, storeMetadata }: RestyV4Settings,
  { store, report }: PersistenceContext,
  cookieName: string,
): V4Records | undefined {
  if (!store) return undefined
  const style = keyStyleOf(store, keys)
  const names: V4NameOptions = {
    style,
    cookieName,
    ...(prefix && { prefix }),
    ...(suffix && { suffix }),
    ...(hashStorageKey && { hashStorageKey }),
    ...(hashSubject && { hashSubject }),
  }
  const sets = storeMetadata ? indexSetsOf(store, style) : undefined
  if (storeMetadata && !sets)
    throw new SessionConfigError(`\`storeMetadata\` with keys as in ${style} needs a store with an index.`)
  return new V4Records(store, names, sets && new SubjectIndex(sets, names), report)
}
