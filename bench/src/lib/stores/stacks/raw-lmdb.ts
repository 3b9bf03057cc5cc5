import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'lmdb'
import type { Stack } from '../stack.ts'

/** LMDB as it is: no expiry, no bound on its size, nobody is evicted. */
export function rawLmdb(parent: string): Stack {
  const path = mkdtempSync(`${parent}/lmdb-`)
  const table = open<Buffer, string>({ path, encoding: 'binary', useVersions: true, noSync: true })
  return {
    name: 'lmdb 3.5.6: get + put if unchanged',
    create: async (session, data) => void (await table.put(`${session}`, Buffer.from(JSON.stringify(data)), 1)),
    async visit(session) {
      const found = table.getEntry(`${session}`)
      const version = found?.version ?? 0
      if (!found || !(await table.put(`${session}`, Buffer.from(found.value), version + 1, version)))
        throw new Error('LMDB refused to write.')
    },
    async close() {
      await table.close()
      rmSync(path, { recursive: true })
    },
  }
}
