import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capture } from '../processes.mjs'

/**
 * @typedef {import('../packages.mjs').Package} Package
 * @typedef {(title: string, find: () => Promise<string[]>) => Promise<void>} Check
 */

const trials = fileURLToPath(new URL('installed', import.meta.url))

/** Every dependency of a package but ours, by name. @param {string} folder */
function linkedDependencies(folder) {
  const below = join(folder, 'node_modules')
  if (!existsSync(below)) return []
  return readdirSync(below)
    .filter((name) => !name.startsWith('.') && name !== '@sojourn')
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(below, name)).map((rest) => `${name}/${rest}`) : name))
}

/** The frameworks are those of the workspace, which spares fetching them again. @param {Package} pkg @param {string} project */
function linkFrameworks({ folder }, project) {
  for (const name of linkedDependencies(folder)) {
    const link = join(project, 'node_modules', name)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(folder, 'node_modules', name)), link)
  }
}

/**
 * Installs all tarballs into a project outside the workspace, as a user would.
 * @param {{ pkg: Package, tarball: string }[]} packed @param {string} project
 */
async function install(packed, project) {
  mkdirSync(project)
  cpSync(trials, project, { recursive: true })
  const dependencies = Object.fromEntries(packed.map(({ pkg, tarball }) => [pkg.manifest.name, `file:${tarball}`]))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  // What is not in npm's cache yet comes from the registry: the dependencies of the stores.
  const flags = ['--prefer-offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  const { code, output } = await capture('npm', ['install', ...flags], { cwd: project })
  for (const { pkg } of packed) linkFrameworks(pkg, project)
  return code === 0 ? [] : [output.trim()]
}

/**
 * Nothing of the workspace helps the packages here: what works is what was published. Each package has a trial of its
 * own, a small program that uses it with the real framework.
 * @param {{ pkg: Package, tarball: string }[]} packed @param {string} scratch @param {Check} check
 */
export async function worksWhenInstalled(packed, scratch, check) {
  const project = join(scratch, 'project')
  await check('all packages install together from their tarballs', () => install(packed, project))

  /** @param {string[]} args */
  const inProject = async (...args) => {
    const env = { ...process.env, NODE_ENV: 'production' }
    const { code, output } = await capture('node', args, { cwd: project, env })
    return { code, output: output.trim() }
  }
  /** @param {string[]} args */
  const runs = async (...args) => {
    const { code, output } = await inProject(...args)
    return code === 0 ? [] : [output]
  }
  /** @param {string} from @param {string} to */
  const reads = async (from, to) => {
    const sealed = await inProject(`--conditions=${from}`, 'core.mjs')
    return sealed.code === 0 ? runs(`--conditions=${to}`, 'core.mjs', sealed.output) : [sealed.output]
  }
  await check('@sojourn/core, installed: what node:crypto seals, WebCrypto opens', () => reads('node', 'workerd'))
  await check('@sojourn/core, installed: what WebCrypto seals, node:crypto opens', () => reads('workerd', 'node'))
  await check('@sojourn/next, installed: handlers, proxy and pages', () => runs('next.mjs'))
  await check('@sojourn/sveltekit, installed: a built app', () => runs('sveltekit.mjs'))
  await check('@sojourn/remix, installed: the session storage', () => runs('remix.mjs'))
  await check('@sojourn/react-router, installed: the middleware', () => runs('react-router.mjs'))
  await check('the stores, installed: one works, the others miss their servers', () => runs('stores.mjs'))
  await check('@sojourn/iron, installed: shares sessions with iron-session', () => runs('iron.mjs'))
  await check('@sojourn/testing, installed: the store suite', () =>
    runs('node_modules/vitest/vitest.mjs', 'run', 'testing.test.mjs'),
  )
}
