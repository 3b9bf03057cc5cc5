/** Counts up in keys that other processes count up in too, one step after another; begins when it is told to. */
import { once } from 'node:events'
import { shmStore } from '@sojourn/shm'
import { type CountingReport, counted, countOf, farAway } from '../counted.ts'

const [path = '', keys = '', increments = '', warmUp = ''] = process.argv.slice(2)
const store = shmStore({ path, size: '64m' })
const took: number[] = []

async function increment(key: string): Promise<void> {
  for (let isWritten = false; !isWritten; ) {
    const before = performance.now()
    const found = await store.read(key)
    const readTook = performance.now() - before
    const count = found && countOf(found.bytes)
    if (found === undefined || count === undefined) throw new Error(`${key} is not there, or damaged.`)
    const next = counted(count + 1)
    const beforeWrite = performance.now()
    isWritten = (await store.write(key, next, farAway(), found.revision)).ok
    took.push((readTook + performance.now() - beforeWrite) * 1000)
  }
}

const pick = (): string => `count-${Math.floor(Math.random() * Number(keys))}`

for (let done = 0; done < Number(warmUp); done++) await increment(pick())
process.send?.('ready')
await once(process, 'message')
took.length = 0
for (let done = 0; done < Number(increments); done++) await increment(pick())
process.send?.({ increments: Number(warmUp) + Number(increments), took } satisfies CountingReport)
