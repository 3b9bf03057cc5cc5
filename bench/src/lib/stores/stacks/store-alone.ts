import type { SessionStore } from '@sojourn/core/store'
import type { Stack } from '../stack.ts'

const LIFE_SECONDS = 900
const fromNow = (): number => Math.floor(Date.now() / 1000) + LIFE_SECONDS

/** A store without sessions: reads octets, and writes as many others where they still are. */
export function storeAlone(name: string, store: SessionStore): Stack {
  const keyOf = (session: number): string => store.keyOf(`alone-${session}`)
  return {
    name,
    async create(session, data) {
      await store.write(keyOf(session), new TextEncoder().encode(JSON.stringify(data)), fromNow(), 'any')
    },
    async visit(session) {
      const key = keyOf(session)
      const found = await store.read(key)
      if (!found) throw new Error(`${name} has lost a value.`)
      found.bytes[0] = found.bytes[0] === FIRST ? OTHER : FIRST
      const written = await store.write(key, found.bytes, fromNow(), found.revision)
      if (!written.ok) throw new Error(`${name}: ${written.why}`)
    },
    async close() {
      await store[Symbol.asyncDispose]?.()
    },
  }
}

const [FIRST, OTHER] = [0x7b, 0x5b]
