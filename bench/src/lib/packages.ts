import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const NAMES = ['core', 'next', 'sveltekit', 'remix', 'react-router', 'testing']

/** Every export path of every package of the workspace: `@sojourn/core`, `@sojourn/core/cookie` … */
export async function publicEntries(): Promise<string[]> {
  const entries = await Promise.all(
    NAMES.map(async (name) => {
      const manifest = fileURLToPath(new URL(`../../node_modules/@sojourn/${name}/package.json`, import.meta.url))
      const { exports }: { exports: Record<string, unknown> } = JSON.parse(await readFile(manifest, 'utf8'))
      const paths = Object.keys(exports).filter((path) => path !== './package.json')
      return paths.map((path) => `@sojourn/${name}${path.slice(1)}`)
    }),
  )
  return entries.flat()
}
