import type { Revision, Seconds, SessionStore } from '@sojourn/core'
import type { Operation, Step } from './history.ts'

export interface RandomOperations {
  /** Few, so that operations meet. */
  readonly keys: readonly string[]
  readonly count: number
  /** How many operations are on their way at a time. */
  readonly parallel: number
  /** Begins the name of every value; another one for each process. */
  readonly writer: string
  readonly expiresAt: Seconds
}

/** What a client last saw under a key, and will name in a write, however old it has become. */
interface Seen {
  readonly value: string
  readonly revision: Revision
}

/** How often each verb is drawn, of 20. */
const mix: readonly (readonly [Step['verb'], number])[] = [
  ['read', 7],
  ['write-revision', 6],
  ['write-absent', 3],
  ['write-any', 2],
  ['delete', 2],
]
const verbs = mix.flatMap(([verb, times]) => Array<Step['verb']>(times).fill(verb))

const draw = <T>(choices: readonly T[]): T => {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1))
  return choices[drawn % choices.length] as T
}

/** All processes of a machine share this clock. */
const nanoseconds = (): number => Number(process.hrtime.bigint())

const encode = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Does `count` operations on a store, drawn at random, and gives their history. A step that throws is `unknown`. */
export async function randomOperations(store: SessionStore, work: RandomOperations): Promise<readonly Operation[]> {
  const history: Operation[] = []
  let begun = 0
  const client = async (name: string): Promise<void> => {
    const seen = new Map<string, Seen>()
    while (begun < work.count) {
      const value = `${name}-${begun++}`
      const key = draw(work.keys)
      const invoked = nanoseconds()
      const step = await take(store, draw(verbs), key, value, work.expiresAt, seen)
      history.push({ key, step, invoked, returned: nanoseconds() })
    }
  }
  await Promise.all(Array.from({ length: work.parallel }, (_, at) => client(`${work.writer}-${at}`)))
  return history
}

async function take(
  store: SessionStore,
  verb: Step['verb'],
  key: string,
  value: string,
  expiresAt: Seconds,
  seen: Map<string, Seen>,
): Promise<Step> {
  const known = seen.get(key)
  const learn = (newest: string, revision: Revision): void => {
    seen.set(key, { value: newest, revision })
  }
  const orUnknown = <T>(step: Promise<T>): Promise<T | 'unknown'> => step.catch(() => 'unknown' as const)
  const write = async <Why extends string>(
    expect: Revision | 'absent' | 'any',
    ...whys: readonly Why[]
  ): Promise<'ok' | 'unknown' | Why> => {
    const written = await orUnknown(store.write(key, encode(value), expiresAt, expect))
    if (written === 'unknown') return written
    if (written.ok) {
      learn(value, written.revision)
      return 'ok'
    }
    const why = whys.find((possible) => possible === written.why)
    if (why === undefined) throw new Error(`A write that expected ${expect} was refused as "${written.why}".`)
    return why
  }

  switch (verb) {
    case 'write-any':
      return { verb, value, outcome: await write('any') }
    case 'write-absent':
      return { verb, value, outcome: await write('absent', 'exists') }
    case 'delete': {
      const deleted = await orUnknown(store.delete(key).then(() => 'ok' as const))
      return { verb, outcome: deleted }
    }
    case 'write-revision':
      if (known) return { verb, value, expected: known.value, outcome: await write(known.revision, 'changed', 'gone') }
  }
  const found = await orUnknown(store.read(key))
  if (found === 'unknown') return { verb: 'read', outcome: found }
  if (found) learn(decode(found.bytes), found.revision)
  return { verb: 'read', outcome: { held: found ? decode(found.bytes) : null } }
}
