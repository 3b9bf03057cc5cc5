/** `--short`: a tenth of the effort, where a part knows how. It shows that everything works, not how fast. */
export const isShort: boolean = process.argv.includes('--short')

export const shortOr = <T>(short: T, full: T): T => (isShort ? short : full)
