/** `FULL=1` runs everything in full; else a tenth. */
export const isFull: boolean = process.env['FULL'] === '1'

/** How often something is done: a tenth of it, unless everything is run in full. Both are printed. */
export function times(what: string, full: number): number {
  const count = isFull ? full : Math.ceil(full / 10)
  say(`${what}: ${count}${isFull ? '' : ` (FULL=1: ${full})`}`)
  return count
}

/** What was measured, for who reads the report. */
export function say(line: string): void {
  process.stdout.write(`    ${line}\n`)
}
