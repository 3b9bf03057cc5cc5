import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { none } from './counts.mjs'
import { run } from './processes.mjs'
import { bold, say } from './say.mjs'

/**
 * A program that no npm package brings along.
 * @typedef {object} Part
 * @property {string} name what people call it
 * @property {string} purpose which tests need it
 * @property {string} debian its Debian package
 * @property {string} elsewhere how to get it on other systems
 * @property {() => string | undefined} find gives its path
 */

/** @param {string[]} names */
function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** A JDK can run a source file. A JRE can not, and the `java` of a Mac without a JDK can do nothing at all. */
function findJdk() {
  const modules = spawnSync('java', ['--list-modules'], { encoding: 'utf8' })
  return modules.status === 0 && modules.stdout.includes('jdk.compiler') ? onPath('java') : undefined
}

/** @satisfies {Record<string, Part>} */
const parts = {
  chromium: {
    name: 'Chromium',
    purpose: 'the browser tests',
    debian: 'chromium',
    elsewhere:
      'https://www.chromium.org or `brew install --cask chromium`; CHROMIUM=/path/to/it names one that is not on the PATH',
    find: () => process.env.CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome'),
  },
  jdk: {
    name: 'a JDK (17 or newer)',
    purpose: 'the independent check of the envelope',
    debian: 'openjdk-17-jdk-headless',
    elsewhere: 'https://adoptium.net or `brew install openjdk`',
    find: findJdk,
  },
}

const hasApt = () => onPath('apt-get') !== undefined
const isRoot = () => process.getuid?.() === 0

/** @param {Part[]} missing */
const aptCommand = (missing) =>
  `apt-get update && apt-get install -y --no-install-recommends ${missing.map((part) => part.debian).join(' ')}`

/** @param {Part} part */
const howToInstall = (part) => (hasApt() ? `sudo sh -c '${aptCommand([part])}'` : part.elsewhere)

/** Why the tests that need a part can not run, with the command that installs it. @param {keyof typeof parts} name */
export function whyMissing(name) {
  const part = parts[name]
  return part.find() ? undefined : `${part.name} is not installed; to install it: ${howToInstall(part)}`
}

/** @param {keyof typeof parts} name */
export const pathOf = (name) => parts[name].find()

/**
 * On Debian as root what is missing is installed, and a part that could not be is a failure. Anywhere else the stage
 * that needs it is skipped and says so.
 */
export async function installMissingParts() {
  const isMissing = (/** @type {Part} */ part) => !part.find()
  const missing = Object.values(parts).filter(isMissing)
  if (missing.length > 0 && hasApt() && isRoot()) {
    say(`Installing ${missing.map((part) => part.name).join(' and ')}: ${bold(aptCommand(missing))}`)
    await run('sh', ['-c', aptCommand(missing)], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    return { ...none(), failed: missing.filter(isMissing).length }
  }
  for (const part of Object.values(parts)) say(`${part.name}: ${part.find() ?? `missing, for ${part.purpose}`}`)
  return none()
}
