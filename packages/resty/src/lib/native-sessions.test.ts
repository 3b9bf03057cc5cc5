import { createSessions, HeaderJar, memoryStore } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import v3 from '../../vectors/lua-resty-session-3.10.json' with { type: 'json' }
import v4 from '../../vectors/lua-resty-session-4.1.5.json' with { type: 'json' }

const secret = 'base64:rxBYxwPzMTt5dT8IxwFfj3ZQGfTn0Vt0jyRZQ8ToVrg='

const values = [...v3.vectors, ...v4.vectors].map(({ name, cookieValue }) => [name, cookieValue] as const)

describe.each([
  ['in cookies', {}],
  ['in a store', { store: memoryStore({ name: 'native beside foreign' }) }],
] as const)('native sessions %s', (_, options) => {
  const sessions = createSessions({ secret, name: 'session', ...options })

  test.each(values)('find the foreign cookie %s malformed', async (__, value) => {
    const { present, refusal } = await sessions.read({ jar: new HeaderJar(`session=${value}`) })
    expect([present, refusal]).toEqual([false, 'malformed'])
  })
})
