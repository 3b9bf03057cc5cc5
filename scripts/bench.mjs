import { turbo } from './lib/build.mjs'
import { run, stopOnSignals } from './lib/processes.mjs'
import { setup } from './lib/setup.mjs'
import { installMissingParts, serverParts } from './lib/system-parts.mjs'
import { root } from './lib/workspace.mjs'

stopOnSignals()
await setup()
const chosen = process.argv.slice(2)
const parts = chosen.filter((argument) => !argument.startsWith('--'))
if (parts.length === 0 || parts.includes('stores')) await installMissingParts(serverParts)
const built = await turbo('build')
process.exitCode =
  built || (await run('pnpm', ['--silent', '--filter', 'bench', 'run', 'bench', ...chosen], { cwd: root }))
