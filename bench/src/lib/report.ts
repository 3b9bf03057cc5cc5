export const say = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}

export const heading = (text: string): void => say(`\n== ${text}`)

/** Lines up columns: the first to the left, the others, which are figures, to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  for (const row of all) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    say(cells.join('  ').trimEnd())
  }
}

/** The same as Markdown, for a page to take over as it is. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0), 3))
  const line = (cells: readonly string[]): void => say(`| ${cells.join(' | ')} |`)
  const print = (row: readonly string[]): void =>
    line(
      widths.map((width, column) =>
        column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
      ),
    )
  print(head)
  line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)))
  for (const row of rows) print(row)
}

/** Three significant digits at most: `0.031`, `1.62`, `41.3`, `1,204`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
}

export const times = (value: number): string => `${figure(value)}x`
