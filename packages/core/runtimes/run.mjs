/**
 * Runs the WebCrypto build of @sojourn/core, packed and installed as users get it, in workerd, Bun and Deno: every
 * published vector, and sessions through the public entries. Needs `dist`: build the package first.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { inWords, none } from '../../../scripts/lib/counts.mjs'
import { stopOnSignals } from '../../../scripts/lib/processes.mjs'
import { green, red, say, yellow } from '../../../scripts/lib/say.mjs'
import { tools } from '../../../scripts/lib/workspace.mjs'
import { install } from './lib/installation.mjs'
import { runtimes } from './lib/runtimes.mjs'

stopOnSignals()
process.env.PATH = `${tools}${delimiter}${process.env.PATH}`

const folder = mkdtempSync(join(tmpdir(), 'sojourn-runtimes-'))
const counts = none()
try {
  await install(folder)
  for (const { name, isThere, run } of runtimes) {
    if (!isThere()) {
      counts.skipped++
      say(yellow(`– ${name}: not installed on this system`))
      continue
    }
    const { passed, failures } = await run(folder).catch((error) => ({ passed: 0, failures: [String(error)] }))
    counts.passed += passed
    counts.failed += failures.length
    say(`${failures.length === 0 ? green('✓') : red('✗')} ${name}: ${passed} passed, ${failures.length} failed`)
    for (const failure of failures) say(red(`    ${failure}`))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
say(inWords(counts))
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0
