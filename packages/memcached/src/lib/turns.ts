/** Lets steps on one name run one after another, and steps on different names side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<T>(name: string, step: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const turn = before ? before.then(step, step) : step()
    this.#last.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }
}
