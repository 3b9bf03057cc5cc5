import assert from 'node:assert/strict'
import { say } from '../report.ts'
import { sessionData } from '../session-data.ts'
import { shortOr } from '../short.ts'
import type { Stack } from './stack.ts'

export const IN_FLIGHT = 32
/** Far more than are in flight, so that no two requests are of one session. */
const SESSIONS = 1024
const VISITS = 1000
const ROUNDS = shortOr(3, 11)
/** Milliseconds for each stack in each round, and before the first. */
const SLICE = shortOr(100, 500)
const WARM_UP = shortOr(200, 1500)

/** What the rounds measured. */
export interface StackSamples {
  readonly perSecond: number[]
  /** Microseconds of this process for one request: the client's, not the server's. */
  readonly cpu: number[]
  /** How long each request took, in microseconds. */
  readonly took: number[]
}

class Load {
  readonly #stack: Stack
  #turn = 0

  constructor(stack: Stack) {
    this.#stack = stack
  }

  async prepare(): Promise<void> {
    for (let session = 0; session < SESSIONS; session++)
      await this.#stack.create(session, sessionData(1024, VISITS + session))
    const proofs = Array.from({ length: IN_FLIGHT }, (_, session) => this.#prove(session))
    await Promise.all(proofs)
  }

  /** A stack that does not do its work would be fast. */
  async #prove(session: number): Promise<void> {
    await this.#stack.visit(session)
    if (this.#stack.look) assert.equal(await this.#stack.look(session), VISITS + session + 1, this.#stack.name)
  }

  async run(duration: number, samples: StackSamples): Promise<void> {
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    const doneBefore = samples.took.length
    const end = began + duration
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#visitUntil(end, samples.took)))
    const wall = performance.now() - began
    const { user, system } = process.cpuUsage(cpuBefore)
    const done = samples.took.length - doneBefore
    samples.perSecond.push((done * 1000) / wall)
    samples.cpu.push((user + system) / done)
  }

  async #visitUntil(end: number, took: number[]): Promise<void> {
    for (let began = performance.now(); began < end; ) {
      await this.#stack.visit(this.#turn++ % SESSIONS)
      const now = performance.now()
      took.push((now - began) * 1000)
      began = now
    }
  }
}

const noSamples = (): StackSamples => ({ perSecond: [], cpu: [], took: [] })

/**
 * Loads the stacks with 32 requests in flight, one stack after another, in every round anew and in alternating order,
 * so that whatever disturbs the machine disturbs all of them. One that does not work is named and left out.
 */
export async function measureInFlight(stacks: readonly Stack[]): Promise<Map<string, StackSamples>> {
  const samples = new Map<string, StackSamples>()
  const loads: { load: Load; samples: StackSamples }[] = []
  for (const stack of stacks) {
    const load = new Load(stack)
    try {
      await load.prepare()
      await load.run(WARM_UP, noSamples())
    } catch (error) {
      say(`${stack.name} does not work here and is left out: ${error}`)
      continue
    }
    const own = noSamples()
    samples.set(stack.name, own)
    loads.push({ load, samples: own })
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { load, samples } of round % 2 === 0 ? loads : loads.toReversed()) await load.run(SLICE, samples)
  }
  return samples
}
