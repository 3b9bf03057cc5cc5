/**
 * Lets the tasks of one key run one after another. Requests of one session in one process take turns to write, so
 * that compare-and-set has to be tried again only for writers in other processes, however many requests there are.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = before ? before.then(task, task) : task()
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}
