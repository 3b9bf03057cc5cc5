import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './processes.mjs'
import { root } from './workspace.mjs'

/**
 * A package that is published, as it lies in `packages/`.
 * @typedef {object} Package
 * @property {string} folder
 * @property {string} shortName `core` of `@sojourn/core`
 * @property {{ name: string, version: string, exports: Record<string, unknown>, imports?: Record<string, Record<string, string>>, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} manifest
 */

/** @returns {Package[]} */
export const publishedPackages = () =>
  readdirSync(`${root}/packages`)
    .map((shortName) => ({ shortName, folder: join(root, 'packages', shortName) }))
    .filter(({ folder }) => existsSync(`${folder}/package.json`))
    .map((found) => ({ ...found, manifest: JSON.parse(readFileSync(`${found.folder}/package.json`, 'utf8')) }))

/**
 * Packs a package as publishing would. Gives the path of the tarball.
 * @param {Package} pkg @param {string} destination
 */
export async function pack({ folder, manifest }, destination) {
  mkdirSync(destination, { recursive: true })
  const { code, output } = await capture('pnpm', ['pack', '--pack-destination', destination], { cwd: folder })
  if (code !== 0) throw new Error(`pnpm pack failed in ${folder}:\n${output}`)
  return join(destination, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
}
