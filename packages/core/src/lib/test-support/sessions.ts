import { createSessions } from '../../index.ts'
import type { SessionEvent } from '../contracts/event.ts'
import type { SessionOptions } from '../contracts/options.ts'
import type { Session } from '../contracts/session.ts'
import type { Sessions } from '../contracts/sessions.ts'
import type { Browser } from './browser.ts'

/** Not secret: made for tests with `openssl rand -base64 32`. */
export const SECRET = 'base64:1F3tNRbSLM4uDb0qpd1Cy0c4xPHZSaTxZbzWfKrR0lE='
export const OTHER_SECRET = 'base64:m0Jkq4JH5bqXyHy3Ue2vYlXv0m7r3o8kJp7L2iO9sCQ='

export type Data = Record<string, unknown>

/** A fake clock: starts on a whole second and moves when told. */
export class Clock {
  #ms = 1_800_000_000_000
  readonly now = (): number => this.#ms
  advance(seconds: number): void {
    this.#ms += seconds * 1000
  }
}

/** Sessions with a fake clock and a list of what happened. */
export function testSessions(options: SessionOptions<Data> = {}): {
  sessions: Sessions<Data>
  clock: Clock
  events: SessionEvent[]
} {
  const clock = new Clock()
  const events: SessionEvent[] = []
  const sessions = createSessions<Data>({
    secret: SECRET,
    now: clock.now,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { sessions, clock, events }
}

/** One request: opens the browser's session, runs `handler`, ends as a binding does, and delivers the cookies. */
export async function request<T>(
  sessions: Sessions<Data>,
  browser: Browser,
  handler: (session: Session<Data>) => T | Promise<T>,
  status = 200,
): Promise<T> {
  const jar = browser.request()
  const session = await sessions.start({ jar }, { touch: false })
  const result = await handler(session)
  await sessions.settle(session, { status })
  browser.receive(jar)
  return result
}
