import {
  type ClientFacts,
  createSessions,
  type MemoryStore,
  memoryStore,
  type Session,
  type SessionEvent,
  type SessionOptions,
  type SessionStore,
  type Sessions,
} from '@sojourn/core'
import { type FakeClock, fakeClock, type TestCookieJar, testCookieJar } from '@sojourn/testing'
import { randomBytes } from '../shared/crypto.ts'
import { readV4Payload, type V4Entry } from '../v4/entries.ts'
import { v4Format } from '../v4/format.ts'
import { openV4, openV4Remember, verifyV4 } from '../v4/open.ts'
import { readV4Record, writeV4Record } from '../v4/record.ts'
import { sealV4, sealV4Remember } from '../v4/seal.ts'
import { v4RecordName } from '../v4/storage-names.ts'
import type { RestyV4Options } from '../v4-persistence/options.ts'
import { type RestyV4, restyV4 } from '../v4-persistence/resty-v4.ts'

export type Data = Record<string, unknown>

/** The secret of the vectors. */
export const SECRET = 'RaJKp8UQW1'
export const FACTS: ClientFacts = { address: '127.0.0.1', userAgent: 'vector-ua/1.0', scheme: 'https' }
/** When the sessions of most tests begin. */
export const START = 1_800_000_000

let stores = 0

export const newStore = (clock: FakeClock): MemoryStore =>
  memoryStore({ name: `resty-v4-test-${process.pid}-${stores++}`, now: clock.now })

export const newBrowser = (header = ''): TestCookieJar => testCookieJar(header)

/** The same browser with one of its cookies. */
export const only = (name: string, jar: TestCookieJar): TestCookieJar =>
  newBrowser(
    jar
      .header()
      .split('; ')
      .filter((pair) => pair.startsWith(`${name}=`))
      .join('; '),
  )

export interface V4Sessions {
  readonly sessions: Sessions<Data>
  readonly resty: RestyV4
  readonly clock: FakeClock
  readonly events: SessionEvent[]
  /** One request of a browser, ended as a binding does; gives the browser as it is then. The jar stays as it was. */
  readonly request: (
    jar: TestCookieJar,
    handler?: (session: Session<Data>, jar: TestCookieJar) => unknown,
  ) => Promise<TestCookieJar>
}

export function v4Sessions(
  format: RestyV4Options = {},
  { clock = fakeClock(START * 1000), ...options }: SessionOptions<Data> & { readonly clock?: FakeClock } = {},
): V4Sessions {
  const events: SessionEvent[] = []
  const resty = restyV4({ secret: SECRET, rememberSafety: 'Low', now: clock.now, ...format })
  const sessions = createSessions<Data>({
    persistence: resty,
    cookie: { secure: false },
    now: clock.now,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return {
    sessions,
    resty,
    clock,
    events,
    async request(jar, handler = () => undefined) {
      const own = jar.next()
      const session = await sessions.start({ jar: own, facts: FACTS }, { touch: false })
      await handler(session, own)
      await sessions.settle(session)
      return own.next()
    },
  }
}

/** The same in cookies and in a store of its own. */
export const STORAGES = ['in cookies', 'in a store'] as const

export function v4SessionsIn(
  storage: (typeof STORAGES)[number],
  format: RestyV4Options = {},
  options: SessionOptions<Data> & { readonly clock?: FakeClock } = {},
): V4Sessions & { readonly store: MemoryStore | undefined } {
  const clock = options.clock ?? fakeClock(START * 1000)
  const store = storage === 'in a store' ? newStore(clock) : undefined
  return { store, ...v4Sessions(format, { clock, ...(store && { store }), ...options }) }
}

/** A reader of its own: what the wire codec says of a cookie and its record. */
export async function decodedCookie(
  jar: TestCookieJar,
  name: string,
  store?: SessionStore,
  { bind, secret = SECRET, rememberSafety = 'Low' }: RestyV4Options = {},
): Promise<{
  readonly began: number
  readonly flags: number
  readonly entries: readonly V4Entry[]
  readonly key: string
}> {
  const wire = v4Format({ secret, storage: store ? 'server' : 'cookie', rememberSafety, ...(bind && { bind }) })
  const cookie = await verifyV4(wire, jar.get(name)[0] ?? '', FACTS)
  if (!cookie.ok) throw new Error(`${name} is ${cookie.refusal}`)
  const { header, payload } = cookie.value
  const key = `${name}:${Buffer.from(header.id).toString('base64url')}`
  const stored = store && (await store.read(key))
  const record = stored && readV4Record(Buffer.from(stored.bytes).toString())
  const open = name.endsWith('remember') ? openV4Remember : openV4
  const entries = await open(wire, cookie.value, store ? (record?.payload ?? '') : payload)
  if (!entries.ok) throw new Error(`what ${name} stands for is ${entries.refusal}`)
  return { began: header.began, flags: header.flags, entries: entries.value, key }
}

export interface Minted {
  readonly began?: number
  /** When it was saved; default when it began. */
  readonly saved?: number
  readonly info?: string
  readonly forget?: boolean
  /** `keys` as well. */
  readonly format?: RestyV4Options
}

/** The browser with a cookie that somebody else wrote: these entries, under a new id. */
export async function minted(
  jar: TestCookieJar,
  name: 'session' | 'remember',
  payload: string,
  store?: SessionStore,
  { began = START, saved = began, info, forget = false, format = {} }: Minted = {},
): Promise<TestCookieJar> {
  const { bind, secret = SECRET, rememberSafety = 'Low', keys: style = 'redis' } = format
  const wire = v4Format({ secret, storage: store ? 'server' : 'cookie', rememberSafety, ...(bind && { bind }) })
  const entries = readV4Payload(payload) ?? []
  const content = { id: randomBytes(32), began, now: saved, entries, forget }
  const sealed = await (name === 'remember' ? sealV4Remember : sealV4)(wire, content, FACTS)
  if (!sealed) throw new Error('too large')
  if (store) {
    const record = writeV4Record({ payload: sealed.payload, ...(info !== undefined && { info }) })
    const key = v4RecordName(Buffer.from(content.id).toString('base64url'), { style, cookieName: name })
    await store.write(key, new Uint8Array(Buffer.from(record)), saved + 604_800, 'any')
  }
  const next = jar.next()
  next.set(name, sealed.cookie, {})
  return next.next()
}

/** A step that a store is asked for. */
export type StoreStep = 'read' | 'write' | 'delete' | 'add' | 'remove' | 'members'

/** The store, with something that happens before each step: another request, or a fault, which is thrown. */
export function interrupted(
  store: MemoryStore,
  before: (step: StoreStep, nth: number) => void | Promise<void>,
  after: (step: StoreStep, nth: number) => void | Promise<void> = () => undefined,
): SessionStore {
  let steps = 0
  const take = async <T>(step: StoreStep, run: () => Promise<T>): Promise<T> => {
    const nth = steps++
    await before(step, nth)
    const result = await run()
    await after(step, nth)
    return result
  }
  return {
    ...store,
    read: (...call) => take('read', () => store.read(...call)),
    write: (...call) => take('write', () => store.write(...call)),
    delete: (...call) => take('delete', () => store.delete(...call)),
    index: {
      add: (...call) => take('add', () => store.index.add(...call)),
      remove: (...call) => take('remove', () => store.index.remove(...call)),
      members: (...call) => take('members', () => store.index.members(...call)),
    },
  }
}
