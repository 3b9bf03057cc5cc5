import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'

/** Fills a byte string from front to back. Numbers are big-endian. */
export class Writer {
  readonly bytes: Bytes
  #at = 0

  /** `length` bytes, all of them zero. */
  constructor(length: number) {
    this.bytes = platform.zeros(length)
  }

  number(value: number, width: number): this {
    let rest = value
    for (let at = this.#at + width - 1; at >= this.#at; at--) {
      this.bytes[at] = rest
      rest = Math.floor(rest / 256)
    }
    this.#at += width
    return this
  }

  put(bytes: Bytes): this {
    this.bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }
}

/** Reads a byte string from front to back. What lies beyond its end reads as nothing, and `left` is then negative. */
export class Reader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#bytes.length
  }

  get left(): number {
    return this.length - this.#at
  }

  number(width: number): number {
    let value = 0
    for (const end = this.#at + width; this.#at < end; this.#at++) value = value * 256 + (this.#bytes[this.#at] ?? 0)
    return value
  }

  take(length: number): Bytes {
    const from = this.#at
    this.#at += length
    return this.#bytes.subarray(from, this.#at)
  }
}

/** A length in two bytes, then what it measures: `("ab", "c")` never reads like `("a", "bc")`. */
export function lp(bytes: Bytes): readonly Bytes[] {
  return [Uint8Array.of(bytes.length >> 8, bytes.length), bytes]
}
