/**
 * Writes and reads without end, and tells what is written: input is the path of the store, a name and how many keys.
 * Records have a checksum, and count up.
 */
import { shmStore } from '../store.ts'
import { type Acknowledged, countedRecord, countOf } from './counted-record.ts'

const [path = '', name = '', keys = '8'] = process.argv.slice(2)
const store = shmStore({ path, size: '1m' })
const end = Math.floor(Date.now() / 1000) + 600

async function work(key: string): Promise<void> {
  while (true) {
    const found = await store.read(key)
    const count = found ? countOf(found.bytes) + 1 : 1
    const written = await store.write(key, countedRecord(count), end, found?.revision ?? 'absent')
    if (written.ok) process.send?.({ key, count } satisfies Acknowledged)
  }
}

await Promise.all(Array.from({ length: Number(keys) }, (_, n) => work(`${name}-${n}`)))
