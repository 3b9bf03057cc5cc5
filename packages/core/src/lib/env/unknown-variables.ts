import { SessionConfigError } from '../errors.ts'
import { similarNames } from '../spelling.ts'
import { listOf } from './variable.ts'
import { variables } from './variables.ts'

/**
 * The names that begin with `SESSION_` and are not ours, such as `SESSION_MANAGER` of a Linux desktop.
 * @throws SessionConfigError with a suggestion, for a name that looks like one of ours misspelled: at most two letters
 * away from it, or with the same first word (`SESSION_COOKIE_…`).
 */
export function ignoredVariables(names: readonly string[], ofStores: readonly string[] = []): readonly string[] {
  const known = [...variables.map(({ name }) => name), ...ofStores]
  const unknown = names.filter((name) => name.startsWith('SESSION_') && !known.includes(name))
  for (const name of unknown) refuseMisspelled(name, known)
  return unknown
}

function refuseMisspelled(name: string, known: readonly string[]): void {
  const near = similarNames(name, known)
  const meant = near.length > 0 ? near : known.filter((candidate) => shareFirstWords(name, candidate))
  if (meant.length > 0)
    throw new SessionConfigError(`${name} is not a variable of ours. Did you mean ${listOf(meant)}?`)
}

/** Whether both begin with the same `SESSION_…_`. */
function shareFirstWords(a: string, b: string): boolean {
  const [words] = /^SESSION_[^_]+_/.exec(a) ?? []
  return words !== undefined && b.startsWith(words)
}
