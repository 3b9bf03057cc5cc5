import { median, quantile, ratio } from '../median.ts'
import { figure, markdown, say, times } from '../report.ts'
import { measureInFlight, type StackSamples } from './in-flight.ts'
import type { Stack } from './stack.ts'

/** A stack, and the one its figures are given in times of. */
export interface Row {
  readonly stack: Stack
  readonly unit: Stack
}

/** Stacks that ran in the same rounds on the same server. */
export class Comparison {
  readonly #samples: ReadonlyMap<string, StackSamples>

  private constructor(samples: ReadonlyMap<string, StackSamples>) {
    this.#samples = samples
  }

  /** Measures and prints; `beside` adds a column under its title: requests per second in times of one more stack. */
  static async of(rows: readonly Row[], beside?: { title: string; unit: Stack }): Promise<Comparison> {
    const comparison = new Comparison(await measureInFlight(rows.map(({ stack }) => stack)))
    say()
    markdown(
      ['', 'unit', 'req/s of unit', ...(beside ? [beside.title] : []), 'CPU of unit', ...HERE],
      rows.map(({ stack, unit }) => [
        stack.name,
        stack === unit ? '' : unit.name,
        times(comparison.perSecond(stack, unit)),
        ...(beside ? [times(comparison.perSecond(stack, beside.unit))] : []),
        times(comparison.cpu(stack, unit)),
        ...comparison.#here(stack),
      ]),
    )
    return comparison
  }

  #of({ name }: Stack): StackSamples {
    return this.#samples.get(name) ?? { perSecond: [], cpu: [], took: [] }
  }

  /** How many times as many requests in a second as `unit`. */
  perSecond(stack: Stack, unit: Stack): number {
    return ratio(this.#of(stack).perSecond, this.#of(unit).perSecond)
  }

  /** How many times the CPU time of `unit`. */
  cpu(stack: Stack, unit: Stack): number {
    return ratio(this.#of(stack).cpu, this.#of(unit).cpu)
  }

  cpuMicros(stack: Stack): number {
    return median(this.#of(stack).cpu)
  }

  #here(stack: Stack): string[] {
    const { perSecond, cpu, took } = this.#of(stack)
    return [median(perSecond), quantile(took, 0.5), quantile(took, 0.99), median(cpu)].map(figure)
  }
}

const HERE = ['here: req/s', 'p50 µs', 'p99 µs', 'CPU µs'] as const
