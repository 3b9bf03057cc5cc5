import type { SessionStore } from '../contracts/store.ts'

interface Actor {
  state: 'running' | 'blocked' | 'done'
  release: () => void
}

/**
 * Runs several actors on one store, one store step at a time, in an order that the caller chooses. An actor is blocked
 * before each of its steps; the next choice is made when all of them are blocked or done.
 */
export class Scheduler {
  readonly #actors: Actor[] = []
  #onChange: () => void = () => undefined

  /** The store as one actor sees it: every step waits for its turn. Without an index, unless it is asked for. */
  storeFor(
    { index, ...store }: SessionStore,
    nth: number,
    { withIndex = false }: { withIndex?: boolean } = {},
  ): SessionStore {
    const actor: Actor = { state: 'running', release: () => undefined }
    this.#actors[nth] = actor
    const take = async <T>(step: () => Promise<T>): Promise<T> => {
      await new Promise<void>((resolve) => {
        actor.release = resolve
        this.#set(actor, 'blocked')
      })
      return step()
    }
    // Steps that an actor takes side by side are taken one after the other.
    let last: Promise<unknown> = Promise.resolve()
    const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
      const mine = last.then(() => take(step))
      last = mine.catch(() => undefined)
      return mine
    }
    return {
      name: store.name,
      holds: store.holds,
      atomic: store.atomic,
      // It waits for its turn, and not for an answer.
      limits: { operation: 600_000 },
      keyOf: (id) => store.keyOf(id),
      read: (...call) => inTurn(() => store.read(...call)),
      write: (...call) => inTurn(() => store.write(...call)),
      delete: (...call) => inTurn(() => store.delete(...call)),
      ...(index &&
        withIndex && {
          index: {
            add: (...call) => inTurn(() => index.add(...call)),
            remove: (...call) => inTurn(() => index.remove(...call)),
            members: (...call) => inTurn(() => index.members(...call)),
          },
        }),
    }
  }

  /** Runs the actors to their end; `choose(n)` picks which of n waiting actors takes its next step. */
  async run(scripts: readonly (() => Promise<void>)[], choose: (waiting: number) => number): Promise<void> {
    const ends = scripts.map((script, index) =>
      script().finally(() => {
        const actor = this.#actors[index]
        if (actor) this.#set(actor, 'done')
      }),
    )
    const all = Promise.all(ends)
    for (;;) {
      await this.#quiet()
      const waiting = this.#actors.filter((actor) => actor.state === 'blocked')
      if (waiting.length === 0) break
      const next = waiting[choose(waiting.length)]
      if (!next) throw new Error('There is no such actor to choose.')
      next.state = 'running'
      next.release()
    }
    await all
  }

  async #quiet(): Promise<void> {
    while (this.#actors.some((actor) => actor.state === 'running')) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve
      })
    }
  }

  #set(actor: Actor, state: Actor['state']): void {
    actor.state = state
    this.#onChange()
  }
}

/** Calls `run` once for every order of the choices it makes, depth first. Returns how many there were. */
export async function everyOrder(run: (choose: (options: number) => number) => Promise<void>): Promise<number> {
  let path: { chosen: number; options: number }[] = []
  for (let count = 1; ; count++) {
    let depth = 0
    await run((options) => {
      path[depth] ??= { chosen: 0, options }
      // WebCrypto answers side by side in any order, so the same choices may lead to fewer actors the next time.
      return Math.min(path[depth++]?.chosen ?? 0, options - 1)
    })
    path = path.slice(0, depth)
    while (path.length > 0 && (path.at(-1)?.chosen ?? 0) + 1 >= (path.at(-1)?.options ?? 0)) path.pop()
    const last = path.at(-1)
    if (!last) return count
    last.chosen++
  }
}

/** Calls `run` with `count` orders drawn at random, the same ones every time. */
export async function someOrders(
  run: (choose: (options: number) => number) => Promise<void>,
  count: number,
): Promise<number> {
  let state = 1
  const choose = (options: number): number => {
    // Numerical Recipes' linear congruential generator; its high bits are good enough to pick among a few.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 16) % options
  }
  for (let nth = 0; nth < count; nth++) await run(choose)
  return count
}
