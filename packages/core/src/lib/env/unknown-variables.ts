import { SessionConfigError } from '../errors.ts'
import { similarNames } from '../spelling.ts'
import { wouldRead } from './packages.ts'
import { listOf } from './variable.ts'

/**
 * Those of the names that begin with `SESSION_` and are not known, such as `SESSION_MANAGER` of a Linux desktop, each
 * with the reason why it is ignored.
 * @throws SessionConfigError with a suggestion, for a name that looks like a known one misspelled: at most two letters
 * away from it, or with the same first word (`SESSION_COOKIE_…`).
 */
export function unknownVariables(names: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = names.filter((name) => name.startsWith('SESSION_') && !known.includes(name))
  return unknown.map((name) => {
    refuseMisspelled(name, known)
    const reader = wouldRead(name)
    return `${name} (${reader ? `not read without ${reader}` : 'not one of ours'})`
  })
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
