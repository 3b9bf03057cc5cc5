/**
 * `npm test`: everything, in stages; the last line says how many checks passed, failed and were skipped.
 * `npm test -- unit types` runs the named stages only. `FULL=1 npm test` runs the long loops in full.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { turbo } from './lib/build.mjs'
import { inWords, ofPlaywright, ofVitest, oneCheck, skip, sum } from './lib/counts.mjs'
import { freePortBase } from './lib/example-apps.mjs'
import { publishedPackages } from './lib/packages.mjs'
import { checkPackages } from './lib/packaging/check-packages.mjs'
import { run, stopOnSignals } from './lib/processes.mjs'
import { bold, red, say } from './lib/say.mjs'
import { asEnvironment } from './lib/servers/addresses.mjs'
import { startWholeSet } from './lib/servers/whole-set.mjs'
import { setup } from './lib/setup.mjs'
import { runStages } from './lib/stages.mjs'
import { installMissingParts, pathOf, serverParts, whyMissing } from './lib/system-parts.mjs'
import { root } from './lib/workspace.mjs'

stopOnSignals()
await setup()

const reports = mkdtempSync(join(tmpdir(), 'sojourn-test-'))
process.once('exit', () => rmSync(reports, { recursive: true, force: true }))

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
const inRoot = (command, args, env = {}) => run(command, args, { cwd: root, env: { ...process.env, ...env } })

const packages = publishedPackages().map(({ shortName }) => `packages/${shortName}`)
const needsServers = 'vitest.conformance.config.ts'
const packagesWithServers = packages.filter((folder) => existsSync(join(root, folder, needsServers)))

/**
 * Folder after folder: what breaks in the preparations of one does not hide the results of the others.
 * @param {string[]} folders @param {string} [config] @param {NodeJS.ProcessEnv} [env]
 */
async function vitest(folders, config = 'vitest.config.ts', env = {}) {
  const found = []
  for (const folder of folders) {
    say(bold(`\n${folder === '.' ? 'scripts' : folder}`))
    const report = join(reports, `${folder.replace('/', '-')}.${config}.json`)
    const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await run('vitest', args, { cwd: join(root, folder), env: { ...process.env, ...env } })
    found.push(ofVitest(report, code))
  }
  return sum(found)
}

/** @type {ReturnType<typeof startWholeSet> | undefined} */
let serverSet

/** The servers start for the first who asks. */
async function serversInEnvironment() {
  serverSet ??= startWholeSet()
  return asEnvironment((await serverSet).addresses)
}

async function browserTests() {
  const report = `${root}/e2e/test-results/report.json`
  rmSync(report, { force: true })
  const noServers = whyMissing(...serverParts)
  const env = {
    CHROMIUM: pathOf('chromium'),
    ...(noServers ? { E2E_STORES: 'shm' } : await serversInEnvironment()),
  }
  const counts = ofPlaywright(report, await inRoot('pnpm', ['--silent', '--filter', 'e2e', 'run', 'test'], env))
  return noServers ? sum([counts, skip(`Browser tests on servers: ${noServers}`)]) : counts
}

/** @type {import('./lib/stages.mjs').Stage[]} */
const stages = [
  { name: 'system', title: 'System parts', run: installMissingParts },
  {
    name: 'lint',
    title: 'Format, lint and import rules',
    run: async () => oneCheck(await inRoot('biome', ['check', '--error-on-warnings', '.'])),
  },
  {
    name: 'build',
    title: 'Build',
    run: async () => oneCheck(await turbo('build', ['--continue=dependencies-successful'])),
  },
  { name: 'types', title: 'Types', run: async () => oneCheck(await turbo('typecheck', ['--continue'])) },
  { name: 'unit', title: 'Unit and type tests', run: () => vitest(['.', ...packages, 'e2e/probe']) },
  {
    name: 'conformance',
    title: 'Stores on real servers',
    needs: ['build'],
    missing: () => whyMissing(...serverParts),
    run: async () => vitest(packagesWithServers, needsServers, await serversInEnvironment()),
  },
  {
    name: 'faults',
    title: 'Faults',
    needs: ['build'],
    missing: () => whyMissing(...serverParts),
    run: async () => vitest(['e2e/faults'], 'vitest.config.ts', await serversInEnvironment()),
  },
  { name: 'packaging', title: 'Packaging', needs: ['build'], run: checkPackages },
  {
    name: 'vectors',
    title: 'Envelope vectors, checked in Java',
    missing: () => whyMissing('jdk'),
    run: async () => oneCheck(await inRoot('java', ['packages/core/vectors/Check.java'])),
  },
  {
    name: 'runtimes',
    title: 'Other runtimes: workerd, Bun, Deno',
    needs: ['build'],
    run: async () =>
      sum([
        oneCheck(await inRoot('node', ['packages/core/runtimes/run.mjs'])),
        oneCheck(await inRoot('node', ['packages/resty/runtimes/run.mjs'])),
      ]),
  },
  {
    name: 'start',
    title: 'npm start',
    needs: ['build'],
    run: async () =>
      oneCheck(await inRoot('node', ['scripts/start.mjs', '--check'], { PORT_BASE: String(await freePortBase()) })),
  },
  {
    name: 'e2e',
    title: 'Browser tests',
    needs: ['build'],
    missing: () => whyMissing('chromium'),
    run: browserTests,
  },
]

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !stages.some((stage) => stage.name === name))
if (unknown) {
  say(red(`There is no stage "${unknown}". The stages are: ${stages.map(({ name }) => name).join(' ')}`))
  process.exit(1)
}

const total = await runStages(stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
await serverSet?.then(
  (set) => set.stop(),
  () => {},
)
say(`\n${inWords(total)}`)
process.exitCode = total.failed > 0 ? 1 : 0
