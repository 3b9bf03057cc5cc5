import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capture } from '../../../../scripts/lib/processes.mjs'

/**
 * @typedef {{ passed: number, failures: string[] }} Result
 * @typedef {{ name: string, isThere: () => boolean, run: (folder: string) => Promise<Result> }} Runtime
 */

const tool = (/** @type {string} */ name) => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))

/** @param {string} command @param {string[]} args @param {string} folder @returns {Promise<Result>} */
async function printed(command, args, folder) {
  const env = { ...process.env, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
  const { code, output } = await capture(tool(command), [...args, join(folder, 'app/print.mjs')], { cwd: folder, env })
  const [last = ''] = output.trim().split('\n').slice(-1)
  if (code !== 0 || !last.startsWith('{')) throw new Error(`${command} ended with ${code}:\n${output}`)
  return JSON.parse(last)
}

/** @type {Runtime[]} */
export const runtimes = [
  {
    name: 'workerd',
    isThere: () => canResolve('miniflare'),
    async run(folder) {
      const { Miniflare } = await import('miniflare')
      const script = readFileSync(join(folder, 'worker/worker.mjs'), 'utf8')
      const worker = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' })
      try {
        const response = await worker.dispatchFetch('http://localhost/')
        if (!response.ok) throw new Error(await response.text())
        return /** @type {Result} */ (await response.json())
      } finally {
        await worker.dispose()
      }
    },
  },
  {
    name: 'Bun',
    isThere: () => existsSync(tool('bun')),
    run: (folder) => printed('bun', ['--no-install'], folder),
  },
  {
    name: 'Deno',
    isThere: () => existsSync(tool('deno')),
    // Without the right to read NODE_ENV, asking for it throws.
    run: (folder) =>
      printed(
        'deno',
        ['run', '--allow-env=NODE_ENV', '--no-prompt', '--no-remote', '--node-modules-dir=manual'],
        folder,
      ),
  },
]

function canResolve(/** @type {string} */ name) {
  try {
    return Boolean(createRequire(import.meta.url).resolve(name))
  } catch {
    return false
  }
}
