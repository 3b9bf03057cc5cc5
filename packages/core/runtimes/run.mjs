/**
 * Runs the WebCrypto build of @sojourn/core, packed and installed as users get it, in workerd, Bun and Deno: every
 * published vector, and sessions through the public entries. Needs `dist`: build the package first.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeApp, unpack } from './lib/installation.mjs'
import { runEverywhere } from './lib/run-everywhere.mjs'

await runEverywhere(async (folder) => {
  await unpack('core', folder)
  // The envelope is no public entry: its sources are tested on the platform file of the tarball.
  writeFileSync(join(folder, 'crypto.mjs'), "export * from './node_modules/@sojourn/core/dist/crypto-web.mjs'")
  const manifest = { private: true, type: 'module', imports: { '#crypto': './crypto.mjs' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await makeApp(folder, fileURLToPath(new URL('entries', import.meta.url)))
})
