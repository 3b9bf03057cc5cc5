/** Fills the file system under a path, and tells how a store there gets on. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { StoreRefusedError } from '@sojourn/core/store'
import { shmStore } from '../store.ts'

export interface Account {
  readonly written: number
  readonly refusal: string
  readonly damaged: number
  readonly deleted: number
  readonly writtenAfterDeleting: number
  readonly writtenWithSpace: number
}

const [path = ''] = process.argv.slice(2)
const filler = `${path}/filler`
const end = Math.floor(Date.now() / 1000) + 600
const value = new Uint8Array(900).fill(7)
const store = shmStore({ path, size: '3m' })

/** Writes new records until the store refuses one, at most so many. */
async function writeUntilRefused(name: string, most: number): Promise<{ written: number; refusal: string }> {
  for (let written = 0; written < most; written++) {
    try {
      await store.write(`${name}-${written}`, value, end, 'absent')
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error
      return { written, refusal: error.message }
    }
  }
  return { written: most, refusal: '' }
}

function fill(): void {
  const descriptor = openSync(filler, 'w')
  try {
    while (true) writeSync(descriptor, new Uint8Array(4096))
  } catch {
    closeSync(descriptor)
  }
}

await store.read('nothing')
fill()
const { written, refusal } = await writeUntilRefused('first', 100_000)

let damaged = 0
for (let n = 0; n < written; n++) if ((await store.read(`first-${n}`))?.bytes.length !== value.length) damaged++

const deletions = await Promise.allSettled(Array.from({ length: written }, (_, n) => store.delete(`first-${n}`)))
const deleted = deletions.filter(({ status }) => status === 'fulfilled').length
const { written: writtenAfterDeleting } = await writeUntilRefused('second', 50)

rmSync(filler)
const { written: writtenWithSpace } = await writeUntilRefused('third', written + 1000)
const account: Account = { written, refusal, damaged, deleted, writtenAfterDeleting, writtenWithSpace }
process.send?.(account)
await store[Symbol.asyncDispose]()
process.disconnect?.()
