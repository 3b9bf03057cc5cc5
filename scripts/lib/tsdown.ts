import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { UserConfig } from 'tsdown'

const isPublic = (file: string): boolean => file.endsWith('.ts') && !/\.(test|test-d|d)\.ts$/.test(file)

/** All packages, and what a condition or a framework resolves; not the helpers of the compiler. */
const OUTSIDE = /^(?!@oxc-project\/)[#$@\w]/

/** Every `src/*.ts` of the package in the working directory is one export path, and one file in `dist`. */
const publicFiles = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync('src')
      .filter(isPublic)
      .map((file) => [basename(file, '.ts'), `./src/${file}`]),
  )

/** The bundler writes the name of a source map into every file, also into declarations, which have none. */
async function dropDanglingMapNames(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const declarations = files.filter((file) => file.endsWith('.d.mts'))
  await Promise.all(
    declarations.map(async (file) => {
      const path = join(folder, file)
      const text = await readFile(path, 'utf8')
      await writeFile(path, text.replace(/\n\/\/# sourceMappingURL=.*$/, '\n'))
    }),
  )
}

/**
 * How every package is built: ES modules and their types, with dependencies left outside. `platformFiles` are emitted
 * beside the public files and reached through the package's own `imports`, where a condition chooses between them.
 */
export function library(platformFiles: Record<string, string> = {}): UserConfig {
  return {
    entry: { ...publicFiles(), ...platformFiles },
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    fixedExtension: true,
    hash: false,
    dts: true,
    sourcemap: true,
    logLevel: 'warn',
    // In a folder of their own, or a shared file could take the name of a public one.
    outputOptions: { chunkFileNames: 'shared/[name].mjs' },
    deps: { neverBundle: [OUTSIDE] },
    hooks: { 'build:done': ({ options }) => dropDanglingMapNames(options.outDir) },
  }
}
