/** Builds a small app, as the binding lives on what only Kit's bundler provides (`$app/server`), and visits it. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sveltekit } from '@sveltejs/kit/vite'
import { createBuilder } from 'vite'

const files = {
  'src/app.html': '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
  'src/hooks.server.js': "export { handle } from './sessions.js'",
  'src/sessions.js': `
    import { createSessions } from '@sojourn/sveltekit'
    export const { handle, getSession } = createSessions({ secret: 'a secret for one trial, long enough' })`,
  'src/routes/+server.js': `
    import { getSession } from '../sessions.js'
    export async function GET() {
      const session = await getSession()
      const { name } = session.data
      session.data.name = 'Trial'
      return Response.json({ name: name ?? null })
    }`,
}
for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
const builder = await createBuilder({ configFile: false, logLevel: 'error', plugins: [sveltekit()] })
await builder.buildApp()

/** @param {string} file */
const built = (file) => import(pathToFileURL(resolve('.svelte-kit/output/server', file)).href)
const { Server } = await built('index.js')
const { manifest } = await built('manifest.js')
const server = new Server(manifest)
await server.init({ env: {} })

/** @param {Record<string, string>} [headers] @returns {Promise<Response>} */
const visit = (headers = {}) =>
  server.respond(new Request('https://app.test/', { headers }), { getClientAddress: () => '127.0.0.1' })

const first = await visit()
const [line = ''] = first.headers.getSetCookie()
assert.deepEqual(await first.json(), { name: null })
const second = await visit({ cookie: line.split(';', 1)[0] ?? '' })
assert.deepEqual(await second.json(), { name: 'Trial' })
