import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { none } from './counts.mjs'
import { run } from './processes.mjs'
import { bold, say } from './say.mjs'

/**
 * A program that no npm package brings along.
 * @typedef {object} Part
 * @property {string} name what people call it
 * @property {string} purpose which tests need it
 * @property {string} debian its Debian packages
 * @property {string[]} [services] what these packages would keep running
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
  maven: {
    name: 'Maven',
    purpose: 'the store tests: it fetches the server for DSHM',
    debian: 'maven',
    elsewhere: 'https://maven.apache.org or `brew install maven`',
    find: () => onPath('mvn'),
  },
  redis: {
    name: 'Redis (7 or newer, with its sentinel and redis-cli)',
    purpose: 'the store tests',
    debian: 'redis-server redis-sentinel',
    services: ['redis-server', 'redis-sentinel'],
    elsewhere: 'https://redis.io or `brew install redis`',
    find: () => onPath('redis-cli') && onPath('redis-sentinel') && onPath('redis-server'),
  },
  memcached: {
    name: 'memcached (1.6.10 or newer)',
    purpose: 'the store tests',
    debian: 'memcached',
    services: ['memcached'],
    elsewhere: 'https://memcached.org or `brew install memcached`',
    find: () => onPath('memcached'),
  },
  openssl: {
    name: 'OpenSSL',
    purpose: 'the store tests: it makes the certificates of the servers',
    debian: 'openssl',
    elsewhere: 'https://openssl-library.org or `brew install openssl`',
    find: () => onPath('openssl'),
  },
}

/** @typedef {keyof typeof parts} PartName */

const allParts = /** @type {PartName[]} */ (Object.keys(parts))

/** What the servers of the store tests are made of. @type {PartName[]} */
export const serverParts = ['redis', 'memcached', 'openssl', 'maven', 'jdk']

/** @param {PartName[]} wanted @returns {Part[]} */
const chosen = (wanted) => wanted.map((name) => parts[name])

const hasApt = () => onPath('apt-get') !== undefined
const isRoot = () => process.getuid?.() === 0

/** @param {Part[]} missing */
const aptCommand = (missing) =>
  `apt-get update && apt-get install -y --no-install-recommends ${missing.map((part) => part.debian).join(' ')}`

/** @param {Part[]} missing */
const howToInstall = (missing) =>
  hasApt() ? `sudo sh -c '${aptCommand(missing)}'` : missing.map((part) => part.elsewhere).join('; ')

/** @param {Part[]} some */
const names = (some) => some.map((part) => part.name).join(' and ')

/** Why the tests that need some parts can not run, with the command that installs them. @param {PartName[]} wanted */
export function whyMissing(...wanted) {
  const missing = chosen(wanted).filter((part) => !part.find())
  if (missing.length === 0) return undefined
  const [are, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${names(missing)} ${are} not installed; to install ${them}: ${howToInstall(missing)}`
}

/** @param {PartName} name */
export const pathOf = (name) => parts[name].find()

/** Debian asks this program whether a service that has just been installed may start; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d'

/** Installs, but starts nothing, neither now nor at the next boot: the tests run servers of their own. @param {Part[]} missing */
async function install(missing) {
  const isOurPolicy = !existsSync(POLICY)
  if (isOurPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const removePolicy = () => isOurPolicy && rmSync(POLICY, { force: true })
  process.once('exit', removePolicy)
  await run('sh', ['-c', aptCommand(missing)], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  removePolicy()
  process.removeListener('exit', removePolicy)

  const services = missing.flatMap((part) => part.services ?? [])
  if (services.length > 0 && onPath('systemctl')) await run('systemctl', ['disable', '--quiet', ...services])
}

/**
 * On Debian as root what is missing is installed, and a part that could not be is a failure. Anywhere else the stage
 * that needs it is skipped and says so.
 * @param {PartName[]} [wanted]
 */
export async function installMissingParts(wanted = allParts) {
  const isMissing = (/** @type {Part} */ part) => !part.find()
  const missing = chosen(wanted).filter(isMissing)
  if (missing.length > 0 && hasApt() && isRoot()) {
    say(`Installing ${names(missing)}: ${bold(aptCommand(missing))}`)
    await install(missing)
    return { ...none(), failed: missing.filter(isMissing).length }
  }
  for (const part of chosen(wanted)) say(`${part.name}: ${part.find() ?? `missing, for ${part.purpose}`}`)
  return none()
}
