/** Runs `task` after all earlier ones of the same key have ended. */
export type InTurn = <T>(key: string, task: () => Promise<T>) => Promise<T>

export function turns(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, task) => {
    const before = last.get(key)
    const mine = before ? before.then(task, task) : task()
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
