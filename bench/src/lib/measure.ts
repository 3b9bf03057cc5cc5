/** One thing to measure; called many times in a row. */
export interface Task {
  readonly name: string
  run(): unknown
}

/** What each round measured, in microseconds for one run. */
export interface Samples {
  readonly wall: readonly number[]
  /** User and system time of the whole process: threads of the crypto pool and the garbage collector included. */
  readonly cpu: readonly number[]
}

export interface Effort {
  readonly rounds: number
  /** How long each task runs in each round, in milliseconds. */
  readonly slice: number
  /** How many runs are under way at the same time. Default 1. */
  readonly inFlight?: number
}

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise

/** Runs a task `count` times, one after another. A task that answers at once is not made to wait. */
async function repeat(task: Task, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const result = task.run()
    if (isPromise(result)) await result
  }
}

const repeatInFlight = (task: Task, count: number, inFlight: number): Promise<unknown> =>
  Promise.all(Array.from({ length: inFlight }, () => repeat(task, Math.ceil(count / inFlight))))

async function timed(run: () => Promise<unknown>, count: number): Promise<{ wall: number; cpu: number }> {
  const cpuBefore = process.cpuUsage()
  const before = performance.now()
  await run()
  const wall = (performance.now() - before) * 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall: wall / count, cpu: (user + system) / count }
}

/** For how long a task runs before it counts, in milliseconds: until the compiler has made of it what it can. */
const WARM_UP = 300

/** How often the task runs in a slice, found out while it warms up. */
async function calibrate(task: Task, { slice }: Effort): Promise<number> {
  const began = performance.now()
  let count = 1
  for (;;) {
    const before = performance.now()
    await repeat(task, count)
    const now = performance.now()
    const perSlice = Math.max(1, Math.round((count * slice) / (now - before)))
    if (now - began >= WARM_UP) return perSlice
    count = Math.min(count * 2, perSlice)
  }
}

/**
 * Measures tasks side by side in one process: in every round each task has its slice of time, in alternating order,
 * so that whatever disturbs the machine disturbs all of them.
 */
export async function measure(tasks: readonly Task[], effort: Effort): Promise<Map<string, Samples>> {
  const { rounds, inFlight = 1 } = effort
  const counts = new Map<Task, number>()
  for (const task of tasks) {
    const count = await calibrate(task, effort)
    counts.set(task, Math.ceil(count / inFlight) * inFlight)
  }
  const samples = new Map(tasks.map((task) => [task.name, { wall: [] as number[], cpu: [] as number[] }]))
  for (let round = 0; round < rounds; round++) {
    for (const task of round % 2 === 0 ? tasks : tasks.toReversed()) {
      const count = counts.get(task) ?? inFlight
      const { wall, cpu } = await timed(() => repeatInFlight(task, count, inFlight), count)
      samples.get(task.name)?.wall.push(wall)
      samples.get(task.name)?.cpu.push(cpu)
    }
  }
  return samples
}
