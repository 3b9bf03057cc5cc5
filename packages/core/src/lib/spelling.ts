const CLOSE_ENOUGH = 2

/** The known names that are at most two letters away from this one. */
export function similarNames(name: string, known: readonly string[]): readonly string[] {
  return known.filter((candidate) => editDistance(name, candidate) <= CLOSE_ENOUGH)
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
