import { readFileSync } from 'node:fs'

const page = new URL('../../docs/environment.md', import.meta.url)

/** The variables in the first column of the tables of docs/environment.md, sorted. */
export function documentedVariables(): readonly string[] {
  const cells = [...readFileSync(page, 'utf8').matchAll(/^\| (`SESSION_[^|]*) \|/gm)]
  return cells.flatMap(([, cell = '']) => cell.match(/SESSION_\w+/g) ?? []).sort()
}
