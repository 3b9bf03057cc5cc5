import assert from 'node:assert/strict'
import { createSessions } from '@sojourn/react-router'
import { createStaticHandler } from 'react-router'

const { getSession, sessionMiddleware } = createSessions({ secret: 'a secret for one trial, long enough' })

const { queryRoute } = createStaticHandler([
  {
    id: 'root',
    path: '/',
    middleware: [sessionMiddleware],
    loader: async ({ context }) => {
      const session = await getSession(context)
      const { name } = session.data
      Object.assign(session.data, { name: 'Trial' })
      return Response.json({ name: name ?? null })
    },
  },
])

/** @param {string} [cookie] */
const visit = (cookie) =>
  queryRoute(new Request('https://app.test/', { headers: cookie ? { cookie } : {} }), {
    generateMiddlewareResponse: (query) => query(new Request('https://app.test/')),
  })

const first = await visit()
const [line = ''] = first.headers.getSetCookie()
assert.deepEqual(await first.json(), { name: null })
const second = await visit(line.split(';', 1)[0])
assert.deepEqual(await second.json(), { name: 'Trial' })
