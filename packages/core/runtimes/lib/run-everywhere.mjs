import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { inWords, none } from '../../../../scripts/lib/counts.mjs'
import { stopOnSignals } from '../../../../scripts/lib/processes.mjs'
import { green, red, say, yellow } from '../../../../scripts/lib/say.mjs'
import { tools } from '../../../../scripts/lib/workspace.mjs'
import { runtimes } from './runtimes.mjs'

/**
 * Runs an app in every runtime that is there, and exits with what came of it.
 * @param {(folder: string) => Promise<void>} install makes the app, in a folder of its own
 */
export async function runEverywhere(install) {
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
}
