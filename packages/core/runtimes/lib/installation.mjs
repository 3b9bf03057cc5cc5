import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import { pack, publishedPackages } from '../../../../scripts/lib/packages.mjs'
import { capture } from '../../../../scripts/lib/processes.mjs'

const here = fileURLToPath(new URL('..', import.meta.url))

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
 * Makes `folder` an app that has core installed from its tarball: the suites as modules that import it by name, and
 * the same in one file for Workers, which resolve no names.
 * @param {string} folder
 */
export async function install(folder) {
  const core = publishedPackages().find(({ shortName }) => shortName === 'core')
  if (!core) throw new Error('packages/core is not there')
  const installed = join(folder, 'node_modules', '@sojourn', 'core')
  mkdirSync(installed, { recursive: true })
  const { code, output } = await capture('tar', [
    '-xzf',
    await pack(core, folder),
    '--strip-components=1',
    '-C',
    installed,
  ])
  if (code !== 0) throw new Error(`The tarball could not be unpacked:\n${output}`)

  // The envelope is no public entry: its sources are tested on the platform file of the tarball.
  writeFileSync(join(folder, 'crypto.mjs'), "export * from './node_modules/@sojourn/core/dist/crypto-web.mjs'")
  const manifest = { private: true, type: 'module', imports: { '#crypto': './crypto.mjs' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await bundle({
    entry: { print: join(here, 'entries/print.mjs'), worker: join(here, 'entries/worker.mjs') },
    outDir: join(folder, 'app'),
    deps: { neverBundle: [/^#crypto$/, /^@sojourn\/core/] },
  })
  await bundle({
    cwd: folder,
    entry: { worker: join(folder, 'app/worker.mjs') },
    outDir: join(folder, 'worker'),
    deps: { alwaysBundle: [/./] },
    inputOptions: { resolve: { conditionNames: ['workerd', 'import', 'default'] } },
  })
}
