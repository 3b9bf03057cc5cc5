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
import type { RestyV3Options } from '../v3-persistence/options.ts'
import { restyV3 } from '../v3-persistence/resty-v3.ts'

export type Data = Record<string, unknown>

/** Not secret: made for tests. */
export const SECRET = 'qS0m2-fFfVxkq7p1wO9tYcBzGd4uJh3L8eRaN5iXvEw'
export const OTHER_SECRET = 'Zk3hW8rT-y1UoLq6cPs0dGxVb9nEj4mAf7tHi2KvRw5'

export const FACTS: ClientFacts = { userAgent: 'test/1.0', scheme: 'https', host: 'example.org' }

/** So that no two tests share a store. */
let stores = 0

export interface V3TestSessions {
  readonly sessions: Sessions<Data>
  readonly clock: FakeClock
  readonly events: SessionEvent[]
  /** One request: opens the session of `jar`, runs `handler`, ends as a binding does; answers with the next jar. */
  readonly request: (
    jar: TestCookieJar,
    handler?: (session: Session<Data>) => unknown,
    facts?: ClientFacts,
  ) => Promise<TestCookieJar>
}

export const ownMemory = (clock: FakeClock): MemoryStore =>
  memoryStore({ name: `resty-v3 test ${stores++}`, now: clock.now })

/** Sessions with a fake clock and a list of what happened. */
export function v3Sessions(
  resty: RestyV3Options = {},
  options: SessionOptions<Data> = {},
  clock: FakeClock = fakeClock(1_800_000_000_000),
): V3TestSessions {
  const events: SessionEvent[] = []
  const sessions = createSessions<Data>({
    persistence: restyV3({ secret: SECRET, ...resty }),
    now: clock.now,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return {
    sessions,
    clock,
    events,
    async request(jar, handler = () => {}, facts = FACTS) {
      const own = jar.next()
      const session = await sessions.start({ jar: own, facts }, { touch: false })
      await handler(session)
      await sessions.settle(session)
      return own.next()
    },
  }
}

export const newBrowser = (): TestCookieJar => testCookieJar()

/** A store of this name, and the keys it was asked to write. */
export function watchedStore(name: string): { readonly store: SessionStore; readonly keys: readonly string[] } {
  const memory = memoryStore({ name: `resty-v3 test ${stores++}` })
  const keys: string[] = []
  const store: SessionStore = {
    ...memory,
    name,
    holds: name === 'dshm' ? 'ascii' : 'bytes',
    write(key, ...rest) {
      keys.push(key)
      return memory.write(key, ...rest)
    },
  }
  return { store, keys }
}
