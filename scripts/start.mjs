/**
 * `npm start`: builds everything and serves the four example apps until Ctrl-C. With `--check` it stops by itself as
 * soon as all four have answered.
 */
import { turbo } from './lib/build.mjs'
import { exampleApps, isPortFree, serve, untilReady } from './lib/example-apps.mjs'
import { isStopping, stopAll, stopOnSignals } from './lib/processes.mjs'
import { bold, heading, red, say, table } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'
import { root } from './lib/workspace.mjs'

/** The secret of all four apps, so that a session of one is known to the others. */
async function secret() {
  if (process.env.SESSION_SECRET) return process.env.SESSION_SECRET
  const { developmentSecret } = await import(`${root}/packages/core/dist/index.mjs`)
  say('SESSION_SECRET is not set: all four apps use the development secret, kept in node_modules/.cache/sojourn.')
  return developmentSecret()
}

async function freePortsOrTrouble() {
  const apps = exampleApps()
  for (const app of apps) {
    if (await isPortFree(app)) continue
    throw new Error(
      `Port ${app.port}, for ${app.title}, is in use. Stop what listens there, or choose other ports: PORT_BASE=4001 npm start`,
    )
  }
  return apps
}

/** Starts all apps; resolves when each has answered. */
async function serveAll() {
  const apps = await freePortsOrTrouble()

  heading('Building')
  if ((await turbo('build')) !== 0) throw new Error('The build failed; the lines above say why.')

  heading('Starting')
  const environment = { SESSION_SECRET: await secret() }
  const running = apps.map((app) => serve(app, environment))
  const death = Promise.race(
    running.map(async ({ app, exit, lastLines }) => {
      const code = await exit
      throw new Error(`${app.title} has ended (exit code ${code}), its last words:\n${lastLines.join('\n')}`)
    }),
  )
  await Promise.race([Promise.all(running.map(untilReady)), death])
  say(`\n${table(apps.map(({ title, address }) => [`  ${bold(title)}`, address]))}\n`)
  return { running, death }
}

let served = false
stopOnSignals((signal) => (served ? 0 : signal === 'SIGINT' ? 130 : 143))
await setup()

try {
  const { running, death } = await serveAll()
  served = true
  if (process.argv.includes('--check')) {
    say('All four apps have answered.')
  } else {
    const isOwn = process.env.SESSION_STORAGE === 'memory'
    const sharing = isOwn
      ? 'Each keeps its own sessions'
      : 'All four share their sessions: sign in to one and the others know you'
    say(`${sharing}. Ctrl-C stops them.`)
    for (const { app, follow } of running) follow((line) => isStopping() || say(`${app.title}: ${line}`))
    await death
  }
} catch (error) {
  process.exitCode = 1
  say(`\n${red(error instanceof Error ? error.message : String(error))}`)
}
await stopAll()
process.exit()
