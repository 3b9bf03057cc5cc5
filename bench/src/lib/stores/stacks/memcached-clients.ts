import Memcached from 'memcached'
import { Client } from 'memjs'
import type { Stack } from '../stack.ts'

const LIFE_SECONDS = 900

/** The npm package `memcached`: the one client with compare-and-set. */
export function memcachedClient(port: number): Stack {
  const client = new Memcached(`127.0.0.1:${port}`)
  const set = (key: string, value: string): Promise<void> =>
    new Promise((resolve, reject) => {
      client.set(key, value, LIFE_SECONDS, (error) => (error ? reject(error) : resolve()))
    })
  const gets = (key: string): Promise<{ value: string; cas: string }> =>
    new Promise((resolve, reject) => {
      client.gets(key, (error, found) => (error ? reject(error) : resolve({ value: found[key], cas: found.cas })))
    })
  const cas = (key: string, value: string, cas: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      client.cas(key, value, cas, LIFE_SECONDS, (error, stored) => (error ? reject(error) : resolve(stored)))
    })

  return {
    name: 'memcached 2.2.2: gets + cas',
    create: (session, data) => set(`memcached-${session}`, JSON.stringify(data)),
    async visit(session) {
      const key = `memcached-${session}`
      const found = await gets(key)
      if (!(await cas(key, found.value, found.cas))) throw new Error('memcached refused to write.')
    },
    close: async () => client.end(),
  }
}

/** memjs has no compare-and-set: this loses what others write at the same time. */
export function memjsClient(port: number): Stack {
  const client = Client.create(`127.0.0.1:${port}`)
  const options = { expires: LIFE_SECONDS }
  return {
    name: 'memjs 1.3.2: get + set',
    create: async (session, data) => void (await client.set(`memjs-${session}`, JSON.stringify(data), options)),
    async visit(session) {
      const { value } = await client.get(`memjs-${session}`)
      await client.set(`memjs-${session}`, value ?? '', options)
    },
    close: async () => client.close(),
  }
}
