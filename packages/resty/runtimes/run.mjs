/**
 * Runs the WebCrypto build of @sojourn/resty, packed and installed as users get it, in workerd, Bun and Deno, on every
 * captured vector. Needs `dist` of core and resty: build them first.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeApp, unpack } from '../../core/runtimes/lib/installation.mjs'
import { runEverywhere } from '../../core/runtimes/lib/run-everywhere.mjs'

await runEverywhere(async (folder) => {
  await unpack('core', folder)
  await unpack('resty', folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await makeApp(folder, fileURLToPath(new URL('entries', import.meta.url)))
})
