const PLACE = ['node_modules', '.cache', 'sojourn', 'secret']
const SHAPE = /^base64:[\w+/-]{43}=$/
const ROOT_MARKERS = [
  'pnpm-workspace.yaml',
  'pnpm-lock.yaml',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  '.git',
]

const fs = () => process.getBuiltinModule('node:fs')
const path = () => process.getBuiltinModule('node:path')

function hasWorkspaces(folder: string): boolean {
  try {
    return 'workspaces' in JSON.parse(fs().readFileSync(path().join(folder, 'package.json'), 'utf8'))
  } catch {
    return false
  }
}

/** The nearest folder that looks like the root of a workspace or repository, else that of the nearest package. */
function workspaceRoot(start: string): string {
  const holds = (folder: string, name: string): boolean => fs().existsSync(path().join(folder, name))
  let ofPackage: string | undefined
  for (let folder = start; ; folder = path().dirname(folder)) {
    if (ROOT_MARKERS.some((marker) => holds(folder, marker)) || hasWorkspaces(folder)) return folder
    if (holds(folder, 'package.json')) ofPackage ??= folder
    if (folder === path().dirname(folder)) return ofPackage ?? start
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function read(file: string): string | undefined {
  let text: string
  try {
    text = fs().readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  if (SHAPE.test(text)) return text
  throw new Error('the file holds something else: delete it')
}

/** Linking a complete file into place succeeds for one process only, and nobody ever reads half of it. */
function create(file: string): void {
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  fs().mkdirSync(path().dirname(file), { recursive: true })
  try {
    fs().writeFileSync(draft, `base64:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
    fs().linkSync(draft, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    fs().rmSync(draft, { force: true })
  }
}

let hasWarned = false

/**
 * The secret of this workspace for development: made once and kept under its `node_modules/.cache/sojourn`, so that all
 * its apps share sessions and a restart or hot reload keeps them. Where it cannot be kept there is none, and a warning
 * says why: one that changed with every process would lose sessions in ways that are hard to understand.
 */
export function developmentSecret(): string | undefined {
  const file = path().join(workspaceRoot(process.cwd()), ...PLACE)
  try {
    const kept = read(file)
    if (kept) return kept
    create(file)
    return read(file)
  } catch (error) {
    if (!hasWarned) {
      const reason = error instanceof Error ? error.message : String(error)
      process.emitWarning(`No development secret could be kept in ${file}: ${reason}`, 'SojournWarning')
    }
    hasWarned = true
    return undefined
  }
}
