import type { Bytes } from '@sojourn/core/store'
import { ProtocolError } from './protocol-error.ts'

/** What memcached answers to one command. */
export interface Reply {
  /** The whole line. */
  readonly line: string
  /** Its first word: `HD`, `VA`, `EN` … */
  readonly code: string
  /** What comes after a line with `VA`. */
  readonly value?: Bytes
}

interface ValueInPart {
  readonly line: string
  /** The value and the end of line behind it. */
  readonly octets: Bytes
  filled: number
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
/** The longest line memcached sends is a key and a few numbers. */
const LONGEST_LINE = 2048
/** What `-I` can be raised to. */
const LARGEST_VALUE = 1024 ** 3

/** Puts what arrives together into replies, wherever the network cut it. */
export class ReplyParser {
  readonly #onReply: (reply: Reply) => void
  /** The beginning of a line whose end has not arrived. */
  #line = ''
  #value: ValueInPart | undefined

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply
  }

  /** @throws ProtocolError where the parser has lost its way: do not use it any more. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) at = this.#value ? this.#takeValue(this.#value, chunk, at) : this.#takeLine(chunk, at)
  }

  #takeLine(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(LINE_FEED, from) + 1
    const text = this.#line + chunk.toString('latin1', from, Math.min(end || chunk.length, from + LONGEST_LINE))
    if (text.length >= LONGEST_LINE) throw new ProtocolError('memcached sent too long a line', text)
    this.#line = end ? '' : text
    if (end) this.#onLine(text)
    return end || chunk.length
  }

  #onLine(text: string): void {
    if (!text.endsWith('\r\n')) throw new ProtocolError('memcached sent a line that ends oddly', text)
    const line = text.slice(0, -2)
    const [code = '', length = ''] = line.split(' ', 2)
    if (code !== 'VA') this.#onReply({ line, code })
    else if (!/^\d{1,10}$/.test(length) || Number(length) > LARGEST_VALUE)
      throw new ProtocolError('memcached sent a value of an impossible length', line)
    else this.#value = { line, octets: new Uint8Array(Number(length) + 2), filled: 0 }
  }

  #takeValue(value: ValueInPart, chunk: Buffer, from: number): number {
    const { line, octets } = value
    const end = Math.min(chunk.length, from + octets.length - value.filled)
    octets.set(chunk.subarray(from, end), value.filled)
    value.filled += end - from
    if (value.filled === octets.length) {
      this.#value = undefined
      if (octets.at(-2) !== CARRIAGE_RETURN || octets.at(-1) !== LINE_FEED)
        throw new ProtocolError('memcached sent a value longer than announced', line)
      this.#onReply({ line, code: 'VA', value: octets.subarray(0, -2) })
    }
    return end
  }
}
