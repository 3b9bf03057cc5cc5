/**
 * Ends what its parent leaves behind. The parent writes what it has started to our standard input; when that closes,
 * however the parent has ended, every server still noted is killed and every folder removed.
 * A note is a line of JSON: `{ "keep": 123 }`, `{ "forget": 123 }` or `{ "folder": "/tmp/…" }`.
 */
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** @type {Set<number>} */
const pids = new Set()
/** @type {string[]} */
const folders = []

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {})

for await (const line of createInterface({ input: process.stdin })) {
  const { keep, forget, folder } = JSON.parse(line)
  if (keep) pids.add(keep)
  if (forget) pids.delete(forget)
  if (folder) folders.push(folder)
}

for (const pid of pids) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
