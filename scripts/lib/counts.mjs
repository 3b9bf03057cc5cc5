import { existsSync, readFileSync } from 'node:fs'

/**
 * What a stage of the tests found. `notes` say what was skipped, and why.
 * @typedef {{ passed: number, failed: number, skipped: number, notes: string[] }} Counts
 */

/** @returns {Counts} */
export const none = () => ({ passed: 0, failed: 0, skipped: 0, notes: [] })

/** One check, by the exit code of its command. @param {number} code @returns {Counts} */
export const oneCheck = (code) => ({ ...none(), ...(code === 0 ? { passed: 1 } : { failed: 1 }) })

/** A check that could not run. @param {string} why @returns {Counts} */
export const skip = (why) => ({ ...none(), skipped: 1, notes: [why] })

/** @param {Counts[]} all @returns {Counts} */
export const sum = (all) =>
  all.reduce(
    (total, { passed, failed, skipped, notes }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      notes: [...total.notes, ...notes],
    }),
    none(),
  )

/** @param {Counts} counts */
export const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

/**
 * A run that failed without a failed test (it could not start, or broke off) counts as one failure.
 * @param {Counts} counts @param {number} code @returns {Counts}
 */
const atLeastOneFailure = (counts, code) => (code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)

/** @param {string} path */
const readReport = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

/**
 * A test file that does not load counts as one failed test.
 * @typedef {{ status: string, fullName: string }} VitestTest
 * @typedef {{ status: string, assertionResults: VitestTest[] }} VitestFile
 * @param {string} path of Vitest's JSON report
 * @param {number} code
 */
export function ofVitest(path, code) {
  /** @type {VitestFile[]} */
  const files = readReport(path)?.testResults ?? []
  const counts = none()
  for (const { status, assertionResults } of files) {
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed++
      else if (test.status === 'failed') counts.failed++
      else {
        counts.skipped++
        counts.notes.push(test.fullName)
      }
    }
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) counts.failed++
  }
  return atLeastOneFailure(counts, code)
}

/**
 * @typedef {{ type: string, description?: string }} Annotation
 * @typedef {{ projectName: string, status: 'expected' | 'unexpected' | 'flaky' | 'skipped', annotations: Annotation[] }} BrowserTest
 * @typedef {{ title: string, tests: BrowserTest[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 */

/** @param {Suite} suite @returns {Spec[]} */
const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)]

/**
 * A test that passed only when it was tried again counts as failed: nothing here may depend on luck.
 * @param {string} path of Playwright's JSON report
 * @param {number} code
 */
export function ofPlaywright(path, code) {
  const counts = none()
  for (const spec of specsOf(readReport(path) ?? {})) {
    for (const { status, projectName, annotations } of spec.tests) {
      if (status === 'expected') counts.passed++
      else if (status === 'skipped') {
        counts.skipped++
        const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description
        counts.notes.push(`${projectName}: ${spec.title}${reason ? ` (${reason})` : ''}`)
      } else counts.failed++
    }
  }
  return atLeastOneFailure(counts, code)
}
