import type { Answer } from './send.ts'

/** How often each status was answered: `{ 200: 198, 503: 2 }`. */
export function tally(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
