import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import { type Direction, type Fault, faultOf } from './fault.ts'

/** What waits to be passed on: bytes, or how the sender has ended. */
interface Parcel {
  readonly content: Buffer | 'end' | 'reset'
  /** On the clock of `performance.now()`. */
  readonly due: number
}

interface FlowOptions {
  readonly direction: Direction
  readonly to: Socket
  /** The fault of this moment. */
  readonly fault: () => Fault
  readonly onPassed: (bytes: number) => void
  /** A `cut` has come to its end. */
  readonly onCut: (reset: boolean) => void
}

/** A throttled flow wakes up at most this often a second. */
const mostSteps = 50

/** One direction of a connection. What cannot be passed on yet is kept, however much it is. */
export class Flow {
  readonly #options: FlowOptions
  readonly #parcels: Parcel[] = []
  #timer: NodeJS.Timeout | undefined
  /** When a throttle lets the next bytes pass. */
  #notBefore = 0
  /** Bytes that the fault of this moment has let pass. */
  #passed = 0
  #isStopped = false

  constructor(options: FlowOptions) {
    this.#options = options
  }

  send(content: Parcel['content']): void {
    if (this.#isStopped) return
    const delay = faultOf(this.#options.fault(), 'delay', this.#options.direction)
    const later = delay ? delay.ms + randomInt((delay.jitter ?? 0) + 1) : 0
    const due = Math.max(performance.now() + later, this.#parcels.at(-1)?.due ?? 0)
    this.#parcels.push({ content, due })
    this.#pass()
  }

  /** To be called when the fault has become another one. */
  faultChanged(): void {
    this.#notBefore = 0
    this.#passed = 0
    this.#pass()
  }

  /** Drops what waits, and all that is still to come. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#isStopped = true
    this.#parcels.length = 0
  }

  #pass(): void {
    clearTimeout(this.#timer)
    while (this.#options.fault().kind !== 'freeze') {
      const parcel = this.#parcels[0]
      if (!parcel) return
      const wait = Math.max(parcel.due, this.#notBefore) - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pass(), Math.ceil(wait))
        return
      }
      this.#parcels.shift()
      this.#deliver(parcel)
    }
  }

  #deliver({ content, due }: Parcel): void {
    const { to, direction } = this.#options
    if (content === 'end') to.end()
    else if (content === 'reset') to.resetAndDestroy()
    else {
      const fault = this.#options.fault()
      const cut = faultOf(fault, 'cut', direction)
      const throttle = faultOf(fault, 'throttle', direction)
      const step = throttle && Math.max(1, Math.floor(throttle.bytesPerSecond / mostSteps))
      const passing = content.subarray(0, cut ? cut.afterBytes - this.#passed : step)
      if (passing.length > 0) to.write(passing)
      this.#passed += passing.length
      this.#options.onPassed(passing.length)
      if (cut && this.#passed >= cut.afterBytes) this.#options.onCut(cut.reset === true)
      if (throttle) {
        this.#notBefore = performance.now() + (passing.length * 1000) / throttle.bytesPerSecond
        if (passing.length < content.length) this.#parcels.unshift({ content: content.subarray(passing.length), due })
      }
    }
  }
}
