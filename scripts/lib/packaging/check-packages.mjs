import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { none } from '../counts.mjs'
import { pack, publishedPackages } from '../packages.mjs'
import { duration, green, red, say } from '../say.mjs'
import { browsersGetNoEngine } from './client-bundles.mjs'
import { worksWhenInstalled } from './installed.mjs'
import {
  coreLoadsEverywhere,
  everyConditionLeadsSomewhere,
  everyFileIsSmall,
  everyImportIsDeclared,
  everyPublicFileIsAnExport,
  relativeImportsStayInside,
} from './source-rules.mjs'
import { publintAgrees, typesAreRight } from './tarball-rules.mjs'

/**
 * Everything that must hold of the packages as they are published; each line counts as one check.
 * @returns {Promise<import('../counts.mjs').Counts>}
 */
export async function checkPackages() {
  const counts = none()
  const scratch = mkdtempSync(join(tmpdir(), 'sojourn-packages-'))

  /** @param {string} title @param {() => string[] | Promise<string[]>} find what is wrong */
  async function check(title, find) {
    const began = performance.now()
    const problems = await Promise.resolve()
      .then(find)
      .catch((error) => [error instanceof Error ? error.message : String(error)])
    const took = duration(performance.now() - began)
    if (problems.length === 0) counts.passed++
    else counts.failed++
    say(`${problems.length === 0 ? green('✓') : red('✗')} ${title} (${took})`)
    for (const problem of problems) say(red(problem.replace(/^/gm, '    ')))
  }

  try {
    const packages = publishedPackages()
    /** @param {import('./source-rules.mjs').Rule} rule @returns {() => Promise<string[]>} */
    const inAll = (rule) => async () => {
      const found = await Promise.all(packages.map(async (pkg) => ({ pkg, problems: await rule(pkg) })))
      return found.flatMap(({ pkg, problems }) => problems.map((problem) => `${pkg.manifest.name}: ${problem}`))
    }
    await check('every source file is small', inAll(everyFileIsSmall))
    await check('every public file is an export, and every export a public file', inAll(everyPublicFileIsAnExport))
    await check('relative imports stay inside their package', inAll(relativeImportsStayInside))
    await check('core names no Node module outside its platform files', inAll(coreLoadsEverywhere))
    await check('every import of a bundle is declared', inAll(everyImportIsDeclared))
    await check('every condition leads to a built file', inAll(everyConditionLeadsSomewhere))

    await check('no browser is sent code that opens or judges a session', browsersGetNoEngine)

    const tarballs = await Promise.all(packages.map(async (pkg) => ({ pkg, tarball: await pack(pkg, scratch) })))
    for (const { pkg, tarball } of tarballs) {
      await check(`${pkg.manifest.name}: publint`, () => publintAgrees(tarball))
      await check(`${pkg.manifest.name}: are the types wrong`, () => typesAreRight(tarball))
    }
    await worksWhenInstalled(tarballs, scratch, check)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return counts
}
