import { SessionConfigError } from '../errors.ts'
import { listOf } from './variable.ts'
import { variables } from './variables.ts'

const closeEnough = 2

/**
 * The names that begin with `SESSION_` and are not ours, such as `SESSION_MANAGER` of a Linux desktop.
 * @throws SessionConfigError with a suggestion, for a name that looks like one of ours misspelled: at most two letters
 * away from it, or with the same first word (`SESSION_COOKIE_…`).
 */
export function ignoredVariables(names: readonly string[]): readonly string[] {
  const unknown = names.filter((name) => name.startsWith('SESSION_') && !variables.some((known) => known.name === name))
  for (const name of unknown) refuseMisspelled(name)
  return unknown.sort()
}

function refuseMisspelled(name: string): void {
  const known = variables.map((variable) => variable.name)
  const near = known.filter((candidate) => editDistance(name, candidate) <= closeEnough)
  const meant = near.length > 0 ? near : known.filter((candidate) => shareFirstWords(name, candidate))
  if (meant.length > 0)
    throw new SessionConfigError(`${name} is not a variable of ours. Did you mean ${listOf(meant)}?`)
}

/** Whether both begin with the same `SESSION_…_`. */
function shareFirstWords(a: string, b: string): boolean {
  const [words] = /^SESSION_[^_]+_/.exec(a) ?? []
  return words !== undefined && b.startsWith(words)
}

/** How many letters have to be added, dropped or replaced (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let line = 1; line <= a.length; line++) {
    const next = [line]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
