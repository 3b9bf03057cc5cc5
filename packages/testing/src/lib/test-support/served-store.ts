import { createServer, type Server } from 'node:http'
import type { Bytes, SessionStore, Stored, Written } from '@sojourn/core'

/** A store of one process, for others to use: each step is a request whose body names the verb and its arguments. */
export const serveStore = (store: SessionStore): Server =>
  createServer(async (request, response) => {
    try {
      const { path, input } = JSON.parse(await textOf(request), revive)
      const target = path.length > 1 ? Reflect.get(store, path[0]) : store
      const result = await Reflect.get(target, path.at(-1)).apply(target, input)
      response.end(JSON.stringify({ result }, replace))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })

/** A handle on a served store. */
export function servedStore(url: string): SessionStore {
  const call =
    (...path: readonly string[]) =>
    async (...input: readonly unknown[]): Promise<never> => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ path, input }, replace) })
      const text = await response.text()
      if (!response.ok) throw new Error(text)
      const answer: { readonly result: never } = JSON.parse(text, revive)
      return answer.result
    }
  return {
    name: 'served',
    holds: 'bytes',
    atomic: true,
    keyOf: (id) => id,
    read: async (key): Promise<Stored | undefined> => await call('read')(key),
    write: async (key, bytes, expiresAt, expect): Promise<Written> =>
      await call('write')(key, new Uint8Array(bytes), expiresAt, expect),
    delete: async (key) => await call('delete')(key),
    lock: { acquire: call('lock', 'acquire'), renew: call('lock', 'renew'), release: call('lock', 'release') },
    index: { add: call('index', 'add'), remove: call('index', 'remove'), members: call('index', 'members') },
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

const replace = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { octets: Array.from(value) } : value

const revive = (_: string, value: { readonly octets?: number[] } | null): unknown =>
  value?.octets ? (Uint8Array.from(value.octets) satisfies Bytes) : value
