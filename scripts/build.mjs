import { turbo } from './lib/build.mjs'
import { stopOnSignals } from './lib/processes.mjs'
import { setup } from './lib/setup.mjs'

stopOnSignals()
await setup()
process.exitCode = await turbo('build')
