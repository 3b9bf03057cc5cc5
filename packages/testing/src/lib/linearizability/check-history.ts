import type { Held, Operation, Step } from './history.ts'

/** Operations in an order that no register could have taken them in. */
export interface Violation {
  readonly key: string
  /** All operations on that key, by the time of their call. */
  readonly operations: readonly Operation[]
}

/**
 * Looks for keys whose history is not linearizable: no order of their operations explains every answer and keeps what
 * had ended before something began in front of it (Herlihy and Wing). Keys are independent, so each is searched by
 * itself. A step with an unknown outcome may have taken effect at any time after its call, or never.
 */
export function checkHistory(operations: readonly Operation[]): readonly Violation[] {
  const byKey = new Map<string, Operation[]>()
  for (const operation of operations) byKey.set(operation.key, [...(byKey.get(operation.key) ?? []), operation])
  return [...byKey]
    .map(([key, ofKey]) => ({ key, operations: ofKey.toSorted((a, b) => a.invoked - b.invoked) }))
    .filter((found) => !isLinearizable(found.operations))
}

const isUnknown = ({ outcome }: Step): boolean => outcome === 'unknown'

/** What a key holds after a step that takes effect now; `undefined` when the step could not have had its answer. */
function apply(held: Held, step: Step): Held | undefined {
  switch (step.verb) {
    case 'read':
      return step.outcome === 'unknown' || step.outcome.held === held ? held : undefined
    case 'write-any':
      return step.value
    case 'write-absent':
      return held === null ? answered(step, 'ok', step.value) : answered(step, 'exists', held)
    case 'write-revision':
      if (held === step.expected) return answered(step, 'ok', step.value)
      return answered(step, held === null ? 'gone' : 'changed', held)
    case 'delete':
      return null
  }
}

const answered = ({ outcome }: Step, expected: string, next: Held): Held | undefined =>
  outcome === expected || outcome === 'unknown' ? next : undefined

interface Choice {
  readonly at: number
  readonly heldBefore: Held
}

/**
 * The search of Wing and Gong: take any operation that could be next, go on, and take it back where that leads
 * nowhere; with Lowe's memory of what was tried, the set of operations taken and what the key then held.
 */
function isLinearizable(operations: readonly Operation[]): boolean {
  const ends = operations.map(({ step, returned }) => (isUnknown(step) ? Number.POSITIVE_INFINITY : returned))
  const tried = new Set<string>()
  const choices: Choice[] = []
  const taken = new Set<number>()
  let mask = 0n
  let held: Held = null
  let left = operations.filter(({ step }) => !isUnknown(step)).length
  let from = 0

  const undo = (): boolean => {
    const last = choices.pop()
    if (!last) return false
    taken.delete(last.at)
    mask ^= 1n << BigInt(last.at)
    if (ends[last.at] !== Number.POSITIVE_INFINITY) left++
    held = last.heldBefore
    from = last.at + 1
    return true
  }

  while (left > 0) {
    const at = nextPossible(operations, ends, taken, from, (step, candidate) => {
      const next = apply(held, step)
      if (next === undefined) return false
      const state = `${(mask | (1n << BigInt(candidate))).toString(36)} ${next}`
      if (tried.has(state)) return false
      tried.add(state)
      return true
    })
    const operation = at === undefined ? undefined : operations[at]
    if (at === undefined || !operation) {
      if (!undo()) return false
      continue
    }
    choices.push({ at, heldBefore: held })
    taken.add(at)
    mask |= 1n << BigInt(at)
    if (ends[at] !== Number.POSITIVE_INFINITY) left--
    held = apply(held, operation.step) ?? null
    from = 0
  }
  return true
}

/** The first operation, from an index on, that began before any other one left had ended, and that fits. */
function nextPossible(
  operations: readonly Operation[],
  ends: readonly number[],
  taken: ReadonlySet<number>,
  from: number,
  fits: (step: Step, at: number) => boolean,
): number | undefined {
  let firstEnd = Number.POSITIVE_INFINITY
  for (const [at, { invoked, step }] of operations.entries()) {
    if (taken.has(at)) continue
    if (invoked > firstEnd) return undefined
    if (at >= from && fits(step, at)) return at
    firstEnd = Math.min(firstEnd, ends[at] ?? firstEnd)
  }
  return undefined
}
