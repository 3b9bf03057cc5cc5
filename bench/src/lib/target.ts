import { figure, type markdown, say, table } from './report.ts'

/** Something the project wants to hold, and what was measured. */
export interface Target {
  readonly what: string
  readonly measured: number
  readonly limit: number
  /** Which side of the limit is good. */
  readonly wanted: 'at most' | 'at least'
  /** Behind the figures: `x`, ` µs`, ` KB`. */
  readonly unit: string
  /** Beside the verdict: the same by another measure. */
  readonly note?: string
}

export function isMet({ measured, limit, wanted }: Target): boolean {
  return wanted === 'at most' ? measured <= limit : measured >= limit
}

export const atMost = (limit: number, unit: string, what: string, measured: number): Target => ({
  what,
  measured,
  limit,
  wanted: 'at most',
  unit,
})

export const atLeast = (limit: number, unit: string, what: string, measured: number): Target => ({
  ...atMost(limit, unit, what, measured),
  wanted: 'at least',
})

/** How far off a missed target is, in hundredths of the limit. */
function verdict(target: Target): string {
  if (isMet(target)) return 'PASS'
  if (!Number.isFinite(target.measured)) return 'NOT MEASURED'
  return `MISS by ${figure((Math.abs(target.measured - target.limit) / target.limit) * 100)} %`
}

export function reportTargets(targets: readonly Target[], print: typeof table | typeof markdown = table): void {
  say()
  print(
    ['target', 'wanted', 'measured', 'verdict', ''],
    targets.map((target) => [
      target.what,
      `${target.wanted === 'at most' ? '<=' : '>='} ${figure(target.limit)}${target.unit}`,
      `${figure(target.measured)}${target.unit}`,
      verdict(target),
      target.note ?? '',
    ]),
  )
}
