import { createSessions } from '@sojourn/sveltekit'
import type { Handle } from '@sveltejs/kit/hooks'
import { handleSession } from 'svelte-kit-cookie-session'

const { SESSION_SECRET: secret, BENCH_HANDLE: name = '' } = process.env
const sojourn = createSessions<{ visits: number }>({ secret })

/** One build, started once for each hook that is measured. */
const handles: Record<string, Handle> = {
  none: ({ event, resolve }) => resolve(event),
  sojourn: sojourn.handle,
  other: handleSession({ key: '__Host-session', secret: secret ?? '' }) as Handle,
}

const chosen = handles[name]
if (!chosen) throw new Error(`BENCH_HANDLE must be one of: ${Object.keys(handles).join(', ')}`)
export const handle: Handle = chosen
