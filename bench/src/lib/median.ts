export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median of the ratios of each round: what slowed a whole round down cancels out. */
export const ratio = (values: readonly number[], unit: readonly number[]): number =>
  median(values.map((value, round) => value / (unit[round] ?? Number.NaN)))

/** The value that this share of the values is not above: 0.99 for p99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
