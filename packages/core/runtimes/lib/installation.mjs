import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsdown'
import { pack, publishedPackages } from '../../../../scripts/lib/packages.mjs'
import { capture } from '../../../../scripts/lib/processes.mjs'

/** @param {import('tsdown').InlineConfig} config */
const bundle = (config) =>
  build({
    config: false,
    dts: false,
    format: 'esm',
    platform: 'neutral',
    fixedExtension: true,
    logLevel: 'error',
    ...config,
  })

/**
 * Installs a package from its tarball into `folder`.
 * @param {string} shortName @param {string} folder
 */
export async function unpack(shortName, folder) {
  const pkg = publishedPackages().find((found) => found.shortName === shortName)
  if (!pkg) throw new Error(`packages/${shortName} is not there`)
  const installed = join(folder, 'node_modules', '@sojourn', shortName)
  mkdirSync(installed, { recursive: true })
  const tarball = await pack(pkg, folder)
  const { code, output } = await capture('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  if (code !== 0) throw new Error(`The tarball could not be unpacked:\n${output}`)
}

/**
 * Makes `folder` an app: `print.mjs` and `worker.mjs` of `entries` as modules that import what is installed by name,
 * and the latter in one file for Workers, which resolve no names.
 * @param {string} folder @param {string} entries
 */
export async function makeApp(folder, entries) {
  await bundle({
    entry: { print: join(entries, 'print.mjs'), worker: join(entries, 'worker.mjs') },
    outDir: join(folder, 'app'),
    deps: { neverBundle: [/^#crypto$/, /^@sojourn\//] },
  })
  await bundle({
    cwd: folder,
    entry: { worker: join(folder, 'app/worker.mjs') },
    outDir: join(folder, 'worker'),
    deps: { alwaysBundle: [/./] },
    inputOptions: { resolve: { conditionNames: ['workerd', 'import', 'default'] } },
  })
}
