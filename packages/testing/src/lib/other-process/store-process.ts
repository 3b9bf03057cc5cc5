/** A process of its own with a store of its own: it opens what its first message names, and does the jobs after it. */
import type { SessionStore } from '@sojourn/core'
import { type JobName, type Jobs, jobs } from './jobs.ts'

/** Where the other process finds a store like the one under test. */
export interface StoreModule {
  /** The URL of the module: `new URL('./open-store.ts', import.meta.url)`. */
  readonly module: URL
  /** The function in it that opens the store. Default `openStore`. */
  readonly export?: string
}

export type Order =
  | { readonly open: string; readonly export: string }
  | { [J in JobName]: { readonly job: J; readonly input: Jobs[J] } }[JobName]

export type Answer = { readonly result: unknown } | { readonly error: string }

let store: SessionStore | undefined

async function obey(order: Order): Promise<unknown> {
  if ('open' in order) {
    const loaded: Readonly<Record<string, () => SessionStore | Promise<SessionStore>>> = await import(order.open)
    const open = loaded[order.export]
    if (!open) throw new Error(`${order.open} does not export "${order.export}".`)
    store = await open()
    return null
  }
  if (!store) throw new Error('No store was opened.')
  return await (jobs[order.job] as (store: SessionStore, input: unknown) => Promise<unknown>)(store, order.input)
}

const explain = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

process.on('message', async (order: Order) => {
  const answer: Answer = await obey(order).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: explain(error) }),
  )
  process.send?.(answer)
})

process.once('disconnect', async () => {
  await store?.[Symbol.asyncDispose]?.()
  process.exit()
})
