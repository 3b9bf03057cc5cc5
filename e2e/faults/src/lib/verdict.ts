import { expect } from 'vitest'
import type { App, ProcessReport } from './app-process.ts'
import { say } from './counts.ts'
import type { Load, Sample } from './load.ts'

/** How long requests may take, in milliseconds. */
export interface Bounds {
  readonly p99: number
  readonly max: number
}

/** I5: while the store is down. */
const WHILE_DOWN: Bounds = { p99: 600, max: 1000 }
/** I6. */
const NORMAL_WITHIN = 2000
/** I3. */
const MOST_GROWTH = 64 * 1024 * 1024

const rank = (sorted: readonly number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0

interface Summary {
  readonly requests: number
  readonly unavailable: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

function summarize(samples: readonly Sample[]): Summary {
  const took = samples.map((sample) => sample.took).sort((a, b) => a - b)
  return {
    requests: samples.length,
    unavailable: samples.filter(({ status }) => status === 503).length,
    p50: rank(took, 0.5),
    p99: rank(took, 0.99),
    max: took.at(-1) ?? 0,
  }
}

const inMs = (milliseconds: number): string => `${Math.round(milliseconds)} ms`

/** Prints what a phase was like. */
export function tell(load: Load, phase: string): Summary {
  const samples = load.samples.filter((sample) => sample.phase === phase && sample.action !== 'idle')
  const summary = summarize(samples)
  const { requests, unavailable, p50, p99, max } = summary
  say(`${phase}: ${requests} requests, ${unavailable} × 503; p50 ${inMs(p50)}, p99 ${inMs(p99)}, longest ${inMs(max)}`)
  return summary
}

/**
 * I5: while the store is down, requests fail within their limits. A busy machine makes everything slower; by how much,
 * requests tell that ask for no session.
 */
export function expectBounded(load: Load, phase: string, most: Bounds = WHILE_DOWN): void {
  const { requests, p99, max } = tell(load, phase)
  const idle = summarize(load.samples.filter((sample) => sample.phase === phase && sample.action === 'idle'))
  expect(requests).toBeGreaterThan(0)
  expect(p99, 'I5').toBeLessThanOrEqual(most.p99 + idle.max)
  expect(max, 'I5').toBeLessThanOrEqual(most.max + 2 * idle.max)
}

/** I6: all is normal again soon after the fault, without a restart. */
export async function expectNormalAgain(load: Load): Promise<void> {
  const took = await load.untilNormal(10_000)
  const idle = summarize(load.samples.filter(({ action }) => action === 'idle'))
  say(`normal again after ${inMs(took)}`)
  expect(took, 'I6').toBeLessThanOrEqual(NORMAL_WITHIN + 2 * idle.max)
}

/** Everything that was promised still holds, and nothing was answered that should not have been. */
export async function expectPromisesKept(load: Load): Promise<void> {
  await load.checkPromises()
  if (load.excused > 0) say(`the machine was busy: ${load.excused} × 503 without a fault`)
  expect([...load.violations]).toEqual([])
}

/** I3 and I7: the same processes, with nothing uncaught, no memory lost and no secret in what they have written. */
export async function expectHealthy(apps: readonly App[], before: readonly ProcessReport[]): Promise<void> {
  for (const [at, app] of apps.entries()) {
    const { pid, memory, faults } = await app.report()
    const earlier = before[at]
    expect(faults, 'I3').toEqual([])
    expect(pid, 'I3').toBe(earlier?.pid)
    say(`process ${at + 1} grew by ${Math.round((memory - (earlier?.memory ?? 0)) / 1024 / 1024)} MB`)
    expect(memory - (earlier?.memory ?? 0), 'I3').toBeLessThan(MOST_GROWTH)
    expect(app.log().includes('canary-'), 'I7').toBe(false)
  }
}
