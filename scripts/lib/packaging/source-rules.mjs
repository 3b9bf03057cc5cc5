import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

/**
 * @typedef {import('../packages.mjs').Package} Package
 * @typedef {(pkg: Package) => string[] | Promise<string[]>} Rule gives what is wrong, nothing when all is well
 */

const MOST_LINES = 250
/** A binding translates request and response, nothing else. */
const MOST_LINES_OF_A_BINDING = 150
const BINDINGS = ['next', 'sveltekit', 'remix', 'react-router']

const isTest = (/** @type {string} */ file) => /\.test(-d)?\.ts$/.test(file)

/** @param {string} text */
const withoutComments = (text) => text.replace(/\/\*\*[\s\S]*?\*\//g, '')

/** Every file below a folder of the package, by its path from there. @param {Package} pkg @param {string} below */
const filesBelow = ({ folder }, below) =>
  existsSync(join(folder, below)) ? readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' }) : []

/** The package's own code, tests left out. @param {Package} pkg */
const sources = (pkg) =>
  filesBelow(pkg, 'src')
    .filter((file) => file.endsWith('.ts') && !isTest(file))
    .map((file) => ({ file, text: readFileSync(join(pkg.folder, 'src', file), 'utf8') }))

/** What the package's build has made. @param {Package} pkg */
function bundles(pkg) {
  const built = filesBelow(pkg, 'dist').filter((file) => file.endsWith('.mjs'))
  if (built.length === 0) throw new Error(`${pkg.manifest.name} is not built`)
  return built.map((file) => ({ file, text: readFileSync(join(pkg.folder, 'dist', file), 'utf8') }))
}

/** Lines that are neither empty nor a comment. @param {string} text */
export function linesOfCode(text) {
  let inComment = false
  let count = 0
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('/*')) inComment = true
    if (line && !inComment && !line.startsWith('//')) count++
    if (line.includes('*/')) inComment = false
  }
  return count
}

/** @type {Rule} */
export const everyFileIsSmall = (pkg) => {
  const most = BINDINGS.includes(pkg.shortName) ? MOST_LINES_OF_A_BINDING : MOST_LINES
  return sources(pkg)
    .map(({ file, text }) => ({ file, lines: linesOfCode(text) }))
    .filter(({ lines }) => lines > most)
    .map(({ file, lines }) => `src/${file} has ${lines} lines of code; ${most} is the most`)
}

/** What is public is `src/*.ts`, one file for each export path, and nothing else. @type {Rule} */
export const everyPublicFileIsAnExport = (pkg) => {
  const files = sources(pkg)
    .filter(({ file }) => !file.includes(sep))
    .map(({ file }) => basename(file, '.ts'))
  const exported = Object.keys(pkg.manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => (path === '.' ? 'index' : path.slice('./'.length)))
  return [
    ...files.filter((name) => !exported.includes(name)).map((name) => `src/${name}.ts is public but not exported`),
    ...exported
      .filter((name) => !files.includes(name))
      .map((name) => `"./${name}" is exported but has no src/${name}.ts`),
  ]
}

/** Biome sees what an import says, not where a relative one leads. @type {Rule} */
export const relativeImportsStayInside = (pkg) =>
  sources(pkg).flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)]
      .filter(([, target = '']) => join(dirname(file), target).startsWith('..'))
      .map(([, target]) => `src/${file} imports ${target}, outside its own src`),
  )

/** The files where a Node module may be named: core chooses them by condition. */
const NODE_FILES = ['crypto-node.mjs', 'parts-node.mjs', 'shared/node-crypto.mjs', 'development-secret-node.mjs']

/** No bundle of core asks for a Node module, so that every runtime can load it. @type {Rule} */
export const coreLoadsEverywhere = (pkg) => {
  if (pkg.shortName !== 'core') return []
  return bundles(pkg)
    .filter(({ file, text }) => !NODE_FILES.includes(file) && /['"`]node:/.test(text))
    .map(({ file }) => `dist/${file} names a Node module; only ${NODE_FILES.join(', ')} may`)
}

/** What a package may import without declaring it: Node's own modules, and what SvelteKit provides in its apps. */
const PROVIDED = /^(node:|\$app\/)/

/** What is bundled asks for nothing that an installation would not bring. @type {Rule} */
export const everyImportIsDeclared = (pkg) => {
  const { dependencies, peerDependencies, imports } = pkg.manifest
  const declared = Object.keys({ ...dependencies, ...peerDependencies, ...imports })
  const isDeclared = (/** @type {string} */ id) => declared.some((name) => id === name || id.startsWith(`${name}/`))
  return bundles(pkg).flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(/\b(?:from|import)\s*\(?\s*['"]([\w@#$][\w@#$:./-]*)['"]/g)]
      .map(([, id = '']) => id)
      .filter((id) => !PROVIDED.test(id) && !isDeclared(id))
      .map((id) => `dist/${file} imports ${id}, which package.json does not declare`),
  )
}

/** Every file that an entry of `imports` leads to is there. @type {Rule} */
export const everyConditionLeadsSomewhere = (pkg) => {
  const built = new Set(filesBelow(pkg, 'dist').map((file) => `./dist/${file}`))
  return Object.entries(pkg.manifest.imports ?? {}).flatMap(([name, conditions]) =>
    Object.entries(conditions)
      .filter(([, target]) => !built.has(target))
      .map(([condition, target]) => `${name} leads to ${target} for "${condition}", which is not built`),
  )
}
