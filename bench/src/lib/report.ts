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

/** Three significant digits at most: `0.031`, `1.62`, `41.3`, `1,204`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
}

export const times = (value: number): string => `${figure(value)}x`
