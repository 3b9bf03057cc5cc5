/** @typedef {Record<string, () => Promise<void>>} Tests by their titles; one that throws has failed */

/** @param {string} what @param {unknown} actual @param {unknown} expected */
export function same(what, actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value))
  if (found !== wanted) throw new Error(`${what} is ${found}, not ${wanted}`)
}

/** @param {string} what @param {unknown} condition */
export function holds(what, condition) {
  if (!condition) throw new Error(`it does not hold that ${what}`)
}

/**
 * Runs tests one after another. Gives how many passed, and what is wrong with the others.
 * @param {Tests} tests
 */
export async function runTests(tests) {
  let passed = 0
  /** @type {string[]} */
  const failures = []
  for (const [title, test] of Object.entries(tests)) {
    try {
      await test()
      passed++
    } catch (error) {
      failures.push(`${title}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { passed, failures }
}
