import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseSecrets } from '../envelope/secrets.ts'
import { developmentSecret } from './node.ts'
import { developmentSecret as none } from './none.ts'

const run = promisify(execFile)
const KEPT = 'node_modules/.cache/sojourn/secret'
let root: string

/** A folder below `root`, with these files in it. */
const folder = (path: string, files: Record<string, string> = {}): string => {
  const full = join(root, path)
  mkdirSync(full, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(full, name), text)
  return full
}
const secretIn = (cwd: string): string | undefined => {
  vi.spyOn(process, 'cwd').mockReturnValue(cwd)
  return developmentSecret()
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sojourn-secret-')))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true })
})

describe('the development secret', () => {
  test('is made once, readable by its owner only, and good enough for any deployment', () => {
    const app = folder('app', { 'package.json': '{}' })
    const secret = secretIn(app)
    expect(secret).toMatch(/^base64:/)
    expect(parseSecrets(secret ?? '')[0]).toHaveLength(32)
    expect(secretIn(app)).toBe(secret)
    expect(readFileSync(join(app, KEPT), 'utf8').trim()).toBe(secret)
    expect(statSync(join(app, KEPT)).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(app, KEPT, '..'))).toEqual(['secret'])
  })

  test('differs from one workspace to another', () => {
    const [one, two] = ['one', 'two'].map((name) => secretIn(folder(name, { 'package.json': '{}' })))
    expect(one).not.toBe(two)
  })

  test.each<[string, Record<string, string>]>([
    ['pnpm-workspace.yaml', { 'pnpm-workspace.yaml': 'packages: []' }],
    ['workspaces in package.json', { 'package.json': '{"workspaces":["apps/*"]}' }],
    ['a lockfile of pnpm', { 'pnpm-lock.yaml': '' }],
    ['a lockfile of npm', { 'package-lock.json': '{}' }],
    ['a lockfile of yarn', { 'yarn.lock': '' }],
    ['a lockfile of Bun', { 'bun.lock': '' }],
    ['a repository', { '.git': 'gitdir: elsewhere' }],
  ])('is shared by all apps below %s', (_marker, files) => {
    folder('', files)
    const one = secretIn(folder('apps/one/src', { 'package.json': '{}' }))
    expect(secretIn(folder('apps/two', { 'package.json': '{"private":true}' }))).toBe(one)
    expect(readFileSync(join(root, KEPT), 'utf8').trim()).toBe(one)
  })

  test('belongs to the nearest root of several', () => {
    folder('', { 'pnpm-workspace.yaml': '' })
    const inner = folder('vendor/inner', { 'package-lock.json': '{}' })
    expect(secretIn(folder('vendor/inner/src'))).toBe(readFileSync(join(inner, KEPT), 'utf8').trim())
  })

  test('belongs to the nearest package where nothing marks a root, broken package.json or not', () => {
    const app = folder('app', { 'package.json': '{ not json' })
    expect(secretIn(folder('app/src/deep'))).toBe(readFileSync(join(app, KEPT), 'utf8').trim())
  })

  test('is the same in ten processes that start at once', async () => {
    const app = folder('app', { 'package.json': '{}' })
    const module = fileURLToPath(new URL('node.ts', import.meta.url))
    const script = `import { developmentSecret } from ${JSON.stringify(module)}
      while (Date.now() < ${Date.now() + 1500});
      console.log(developmentSecret())`
    const flags = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', script]
    const starts = Array.from({ length: 10 }, () => run(process.execPath, flags, { cwd: app }))
    const secrets = (await Promise.all(starts)).map(({ stdout }) => stdout.trim())
    expect(secrets[0]).toMatch(/^base64:/)
    expect(new Set(secrets).size).toBe(1)
    expect(readFileSync(join(app, KEPT), 'utf8').trim()).toBe(secrets[0])
    expect(readdirSync(join(app, KEPT, '..'))).toEqual(['secret'])
  }, 30_000)
})

describe('there is no development secret, and a warning says why,', () => {
  /** A fresh module, because a process warns once. */
  const attempt = async (cwd: string): Promise<{ secrets: unknown[]; warnings: string[] }> => {
    vi.resetModules()
    vi.spyOn(process, 'cwd').mockReturnValue(cwd)
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { developmentSecret } = await import('./node.ts')
    const secrets = [developmentSecret(), developmentSecret()]
    return { secrets, warnings: warn.mock.calls.map(([warning]) => String(warning)) }
  }

  test('where the folder cannot be written', async () => {
    const app = folder('app', { 'package.json': '{}', node_modules: 'a file in the way' })
    const { secrets, warnings } = await attempt(app)
    expect(secrets).toEqual([undefined, undefined])
    expect(warnings).toEqual([expect.stringContaining(join(app, KEPT))])
  })

  test.each(['', 'base64:', 'hello', 'base64:AAAA'])(
    'where the file holds %j, which is left as it is',
    async (text) => {
      const app = folder('app', { 'package.json': '{}' })
      folder('app/node_modules/.cache/sojourn', { secret: text })
      const { secrets, warnings } = await attempt(app)
      expect(secrets).toEqual([undefined, undefined])
      expect(warnings).toEqual([expect.stringContaining('delete it')])
      expect(readFileSync(join(app, KEPT), 'utf8')).toBe(text)
    },
  )

  test('except the warning, where there is no disk at all', () => {
    expect(none()).toBeUndefined()
  })
})
