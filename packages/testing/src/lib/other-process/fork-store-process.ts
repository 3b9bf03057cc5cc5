import { fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import type { JobName, JobResults, Jobs } from './jobs.ts'
import type { Answer, Order, StoreModule } from './store-process.ts'

/** A second process with a handle of its own on the store under test. */
export interface StoreProcess {
  /** Has a job done there. One job at a time. */
  run<J extends JobName>(job: J, input: Jobs[J]): Promise<JobResults[J]>
  /** Ends the process. */
  end(): Promise<void>
}

/** Lies beside this file, in the sources and in what is built of them. */
const entry = new URL(`./store-process${extname(import.meta.url)}`, import.meta.url)

/** Starts a process and opens the store there. */
export async function forkStoreProcess({ module, export: name = 'openStore' }: StoreModule): Promise<StoreProcess> {
  const child = fork(entry, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const gone = once(child, 'exit')
  const ask = async (order: Order): Promise<unknown> => {
    const answered = once(child, 'message')
    child.send(order)
    const [answer] = (await Promise.race([answered, gone.then(() => [])])) as readonly Answer[]
    if (!answer) throw new Error('The other process has ended.')
    if ('error' in answer) throw new Error(`In the other process: ${answer.error}`)
    return answer.result
  }
  await ask({ open: module.href, export: name })
  return {
    async run<J extends JobName>(job: J, input: Jobs[J]): Promise<JobResults[J]> {
      return (await ask({ job, input } as Order)) as JobResults[J]
    },
    async end(): Promise<void> {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}
