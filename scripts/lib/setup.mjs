import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter } from 'node:path'
import { run } from './processes.mjs'
import { duration, say } from './say.mjs'
import { root, tools } from './workspace.mjs'

const OLDEST_NODE = [22, 22]
const bundledNode = `${tools}/node`

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** @param {string} path */
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

/** @param {string} path */
const readJson = (path) => JSON.parse(read(path) ?? '{}')

/** @param {string} folder */
const isLinked = (folder) => {
  const { dependencies, devDependencies } = readJson(`${folder}/package.json`)
  return (!dependencies && !devDependencies) || existsSync(`${folder}/node_modules`)
}

/** What is installed is what the lockfile asks for, in every package. */
function isInstalled() {
  const installed = read(`${root}/node_modules/.pnpm/lock.yaml`)
  const { projects = {} } = readJson(`${root}/node_modules/.pnpm-workspace-state-v1.json`)
  return (
    installed !== undefined && installed === read(`${root}/pnpm-lock.yaml`) && Object.keys(projects).every(isLinked)
  )
}

async function install() {
  if (isInstalled()) return
  say('Installing the dependencies. The first time this takes about ten seconds.')
  const began = performance.now()
  const { packageManager } = readJson(`${root}/package.json`)
  const code = await run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  if (code !== 0) {
    say(
      `\nThe installation failed (exit code ${code}). It needs the npm registry; the lines above say what went wrong.`,
    )
    process.exit(1)
  }
  say(`Installed in ${duration(performance.now() - began)}.\n`)
}

function demandNode() {
  say(
    `This is Node.js ${process.versions.node}; sojourn needs ${OLDEST_NODE.join('.')} or newer, and brings its own on Linux (x64, arm64; glibc) only.`,
  )
  say('Install Node.js 24 from https://nodejs.org or with a version manager, such as: nvm install 24')
  process.exit(1)
}

/** Runs this same command again, under the Node that was installed with the dependencies. Does not return. */
function continueWithBundledNode() {
  const found = spawnSync(bundledNode, ['--version'], { encoding: 'utf8' })
  if (found.status !== 0 || !isNewEnough(found.stdout.trim())) demandNode()
  const child = spawn(bundledNode, process.argv.slice(1), { stdio: 'inherit' })
  // From here on a signal is the child's to act upon.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal).on(signal, () => child.kill(signal))
  }
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
  return new Promise(() => {})
}

/**
 * What every command needs before it can do its own work: the dependencies, and a recent Node with the workspace's
 * tools on the path. Runs on any Node from 20 on.
 */
export async function setup() {
  const canBringNode = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
  if (!isNewEnough(process.versions.node) && !canBringNode) demandNode()
  await install()
  Object.assign(process.env, {
    PATH: `${tools}${delimiter}${process.env.PATH}`,
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  })
  if (!isNewEnough(process.versions.node)) await continueWithBundledNode()
}
