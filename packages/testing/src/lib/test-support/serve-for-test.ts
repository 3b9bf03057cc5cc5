import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { memoryStore } from '@sojourn/core'
import { onTestFinished } from 'vitest'
import type { StoreModule } from '../other-process/store-process.ts'
import { serveStore } from './served-store.ts'

/** Serves a new memory store while a test runs, and gives the module that opens it in another process. */
export async function serveForTest(name: string, opener = 'openStore'): Promise<{ url: string; module: StoreModule }> {
  const server = serveStore(memoryStore({ name })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env['SERVED_STORE'] = url // the other process inherits it
  return { url, module: { module: new URL('./open-served-store.ts', import.meta.url), export: opener } }
}
