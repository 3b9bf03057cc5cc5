import type { RequestEvent } from '@sveltejs/kit'
import { CookieSession } from 'svelte-kit-cookie-session/core'
import { cookieValue, setCookieLine } from '../cookies.ts'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

const options = { key: '__Host-session', secret }
const request = new Request('https://localhost/')

/** svelte-kit-cookie-session's own class, on an event whose `cookies` cost no more than the floor's. */
export function svelteKitCookieSession(): Peer {
  const open = async (header: string, lines: string[]): Promise<CookieSession<SessionData>> => {
    const cookies = {
      get: (name: string) => decodeURIComponent(cookieValue(header, name) ?? ''),
      getAll: () => [],
      delete: () => undefined,
      set: (name: string, value: string) => lines.push(setCookieLine(name, encodeURIComponent(value))),
    }
    // The class reads no more of an event than this.
    const session = new CookieSession<SessionData>({ request, cookies } as unknown as RequestEvent, options)
    await session.init()
    return session
  }

  return {
    name: 'svelte-kit-cookie-session 4.1.1',
    async create(data) {
      const lines: string[] = []
      const session = await open('', lines)
      await session.set(data)
      return lines
    },
    load: async (header) => (await open(header, [])).data,
    async save(header) {
      const lines: string[] = []
      const session = await open(header, lines)
      await session.update((data) => ({ visits: data.visits + 1 }))
      return lines
    },
  }
}
