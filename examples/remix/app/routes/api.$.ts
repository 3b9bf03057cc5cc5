import type { LoaderFunctionArgs } from '@remix-run/node'
import { type ProbeData, probe } from '@sojourn/probe'
import type { StorageSession } from '@sojourn/remix'
import { commitHeaders, getSession, sessions } from '../session.server.ts'

async function api({ request }: LoaderFunctionArgs) {
  let session: StorageSession<ProbeData, ProbeData> | undefined
  const response = await probe(request, {
    sessions,
    getSession: async () => {
      session = await getSession(request)
      return session
    },
  })
  if (!session || !response.ok) return response
  const headers = await commitHeaders(session)
  for (const cookie of headers.getSetCookie()) response.headers.append('set-cookie', cookie)
  return response
}

export { api as action, api as loader }
