import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionConfigError, sessionOptionsFromEnv } from '@sojourn/core'
import { afterAll, describe, expect, test } from 'vitest'
import { testSessionStore } from './index.ts'
import { sqliteFromEnv } from './lib/test-support/sqlite-from-env.ts'
import { sqliteStore } from './lib/test-support/sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sojourn-sqlite-'))
const file = join(folder, 'sessions.db')
process.env['SQLITE_STORE'] = file // the other process inherits it
afterAll(() => rmSync(folder, { recursive: true }))

testSessionStore({
  name: 'sqlite (the example of docs/stores.md)',
  create: () => sqliteStore(file),
  capabilities: { lock: false, index: false, expirySlack: 0 },
  otherProcess: { module: new URL('./lib/test-support/open-sqlite-store.ts', import.meta.url) },
})

describe('the example of docs/stores.md', () => {
  test.each(['sqlite-store.ts', 'sqlite-from-env.ts'])('is what is tested here: %s', (name) => {
    const shown = readFileSync(new URL('../../../docs/stores.md', import.meta.url), 'utf8')
    const tested = readFileSync(new URL(`./lib/test-support/${name}`, import.meta.url), 'utf8')
    expect(shown).toContain(tested)
  })

  test('is chosen by environment variables', async () => {
    const stores = [sqliteFromEnv]
    const { store } = sessionOptionsFromEnv({ SESSION_STORAGE: 'sqlite', SESSION_SQLITE_PATH: file }, { stores })
    expect(store?.name).toBe('sqlite')
    await store?.[Symbol.asyncDispose]?.()
    expect(() => sessionOptionsFromEnv({ SESSION_STORAGE: 'sqlite' }, { stores })).toThrow(SessionConfigError)
  })
})
