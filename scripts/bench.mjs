import { turbo } from './lib/build.mjs'
import { run, stopOnSignals } from './lib/processes.mjs'
import { setup } from './lib/setup.mjs'
import { root } from './lib/workspace.mjs'

stopOnSignals()
await setup()
const built = await turbo('build')
process.exitCode =
  built ||
  (await run('pnpm', ['--silent', '--filter', 'bench', 'run', 'bench', ...process.argv.slice(2)], { cwd: root }))
