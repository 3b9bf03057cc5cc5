/** Writes new records side by side: input is the path of the store, a name and how many. Tells what was refused. */
import { shmStore } from '../store.ts'

const [path = '', name = '', count = '0'] = process.argv.slice(2)
await using store = shmStore({ path, size: '256k' })
const end = Math.floor(Date.now() / 1000) + 600
let next = 0
const refused: string[] = []

async function work(): Promise<void> {
  while (next < Number(count)) {
    const key = `${name}-${next++}`
    await store.write(key, new Uint8Array(900), end, 'absent').catch((error: Error) => refused.push(error.message))
  }
}

await Promise.all(Array.from({ length: 4 }, work))
process.send?.(refused)
process.disconnect?.()
