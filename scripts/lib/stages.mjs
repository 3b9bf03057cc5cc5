import { inWords, none, skip, sum } from './counts.mjs'
import { duration, green, heading, red, say, table, yellow } from './say.mjs'

/**
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {object} Stage
 * @property {string} name one word, to choose it on the command line
 * @property {string} title
 * @property {string[]} [needs] stages without whose success this one makes no sense
 * @property {() => string | undefined} [missing] why it can not run on this machine
 * @property {() => Promise<Counts>} run
 *
 * @typedef {{ stage: Stage, counts: Counts, took: number }} Result
 */

/** @param {Result} result */
function mark({ counts }) {
  if (counts.failed > 0) return red('✗')
  return counts.skipped > 0 && counts.passed === 0 ? yellow('–') : green('✓')
}

/** A stage that only prepares has nothing to count. @param {Result} result */
const outcome = ({ counts }) => (counts.passed + counts.failed + counts.skipped > 0 ? inWords(counts) : 'ready')

/** @param {Stage} stage @param {Result[]} before */
function obstacle(stage, before) {
  const broken = before.find(({ stage: earlier, counts }) => stage.needs?.includes(earlier.name) && counts.failed > 0)
  return broken ? `needs "${broken.stage.title}", which failed` : stage.missing?.()
}

/** A stage that breaks off counts as one failure; the others go on. @param {Stage} stage */
async function attempt(stage) {
  try {
    return await stage.run()
  } catch (error) {
    say(red(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    return { ...none(), failed: 1 }
  }
}

/**
 * Runs the stages one after another, each with a heading, and sums up at the end.
 * @param {Stage[]} stages
 * @returns {Promise<Counts>}
 */
export async function runStages(stages) {
  const began = performance.now()
  /** @type {Result[]} */
  const results = []
  for (const [index, stage] of stages.entries()) {
    heading(`${index + 1}/${stages.length} ${stage.title}`)
    const from = performance.now()
    const why = obstacle(stage, results)
    if (why) say(yellow(`Skipped: ${why}.`))
    const result = { stage, counts: why ? skip(`${stage.title}: ${why}`) : await attempt(stage), took: 0 }
    result.took = performance.now() - from
    results.push(result)
    say(`${mark(result)} ${stage.title}: ${outcome(result)} in ${duration(result.took)}`)
  }
  const total = sum(results.map(({ counts }) => counts))
  heading('Summary')
  if (total.notes.length > 0) say(`Skipped:\n${total.notes.map((note) => `  ${note}`).join('\n')}\n`)
  say(
    table([
      ...results.map((result) => [`${mark(result)} ${result.stage.title}`, outcome(result), duration(result.took)]),
      ['  total', inWords(total), duration(performance.now() - began)],
    ]),
  )
  return total
}
