import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../..', import.meta.url))
/** What an app has anyway, or the runtime. */
const FRAMEWORKS = [
  'node:*',
  'next',
  'next/*',
  'react',
  'react-router',
  '@remix-run/*',
  '@sveltejs/*',
  '$app/*',
  'vitest',
]

const options = {
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2023',
  platform: 'browser',
  conditions: ['workerd', 'edge-light'],
  logLevel: 'error',
} satisfies BuildOptions

export interface BundleSize {
  /** Kilobytes (1,024 bytes), minified. */
  readonly minified: number
  /** Minified, then gzip level 9. */
  readonly gzipped: number
}

/** The size of what `code` pulls in, bundled for an edge runtime (conditions `workerd` and `browser`). */
export async function bundleSize(code: string, outside: readonly string[] = []): Promise<BundleSize> {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: code, resolveDir: FOLDER },
    external: [...FRAMEWORKS, ...outside],
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  return { minified: bytes.length / 1024, gzipped: gzipSync(bytes, { level: 9 }).length / 1024 }
}

/** Which source files a bundle of core's entry is made of, largest first: minified kilobytes. */
export async function composition(entry: string): Promise<[file: string, minified: number][]> {
  const source = `node_modules/@sojourn/core/src/`
  const { metafile } = await build({
    ...options,
    absWorkingDir: FOLDER,
    entryPoints: [`${source}${entry}.ts`],
    outfile: 'bundle.js',
    metafile: true,
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return inputs
    .map(([file, { bytesInOutput }]): [string, number] => [file.replace(/^.*\/core\//, ''), bytesInOutput / 1024])
    .sort(([, a], [, b]) => b - a)
}
