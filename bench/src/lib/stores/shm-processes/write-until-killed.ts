/** Counts up in keys of its own, several at once, without end, and tells what is written. */
import { shmStore } from '@sojourn/shm'
import { type Acknowledged, counted, countOf, farAway } from '../counted.ts'

const [path = '', name = ''] = process.argv.slice(2)
const store = shmStore({ path, size: '64m' })

async function work(key: string): Promise<void> {
  while (true) {
    const found = await store.read(key)
    const count = (found && countOf(found.bytes)) ?? 0
    const written = await store.write(key, counted(count + 1), farAway(), found?.revision ?? 'absent')
    if (written.ok) process.send?.({ key, count: count + 1 } satisfies Acknowledged)
  }
}

await Promise.all(Array.from({ length: 8 }, (_, nth) => work(`${name}-${nth}`)))
