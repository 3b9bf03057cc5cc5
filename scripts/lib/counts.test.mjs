import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inWords, none, ofPlaywright, ofVitest, sum } from './counts.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** @param {unknown} content */
function report(content) {
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

/** @param {string} status */
const unitTest = (status) => ({ status, fullName: `a ${status} test` })

describe('the counts of a Vitest report', () => {
  test('are of tests, and name those that were skipped', () => {
    const path = report({
      testResults: [
        { status: 'passed', assertionResults: [unitTest('passed'), unitTest('skipped'), unitTest('todo')] },
        { status: 'failed', assertionResults: [unitTest('failed'), unitTest('passed')] },
      ],
    })
    expect(ofVitest(path, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      notes: ['a skipped test', 'a todo test'],
    })
  })

  test('include a file that did not load as one failure', () => {
    const path = report({
      testResults: [
        { status: 'passed', assertionResults: [unitTest('passed')] },
        { status: 'failed', assertionResults: [] },
      ],
    })
    expect(ofVitest(path, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  test('show a failure when the run failed outside its tests', () => {
    const path = report({ testResults: [{ status: 'passed', assertionResults: [unitTest('passed')] }] })
    expect(ofVitest(path, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  test('show a failure when there is no report', () => {
    expect(ofVitest(join(folder, 'nowhere.json'), 1)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('the counts of a Playwright report', () => {
  /** @param {string} status @param {object[]} annotations */
  const spec = (status, annotations = []) => ({
    title: `is ${status}`,
    tests: [{ status, projectName: 'next', annotations }],
  })

  test('reach into nested suites, and give the reason of a skip', () => {
    const skipped = spec('skipped', [{ type: 'skip', description: 'has no store' }])
    const path = report({ suites: [{ specs: [spec('expected')], suites: [{ specs: [skipped, spec('unexpected')] }] }] })
    expect(ofPlaywright(path, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      notes: ['next: is skipped (has no store)'],
    })
  })

  test('take a test that passed only at the second attempt for a failure', () => {
    expect(ofPlaywright(report({ suites: [{ specs: [spec('flaky')] }] }), 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})

test('counts add up and are said in one line', () => {
  const total = sum([
    { ...none(), passed: 2, skipped: 1, notes: ['why'] },
    { ...none(), passed: 1, failed: 3 },
  ])
  expect(total.notes).toEqual(['why'])
  expect(inWords(total)).toBe('3 passed, 3 failed, 1 skipped')
})
