import { isAscii } from 'node:buffer'

/** What the server says to one request. */
export type Answer =
  | { readonly kind: 'value'; readonly bytes: Buffer }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly reason: string }

/** The longest first line there is: `ERROR malformed_request`, with room to spare. */
const longestLine = 64

/** What follows a value. */
const trailer = Buffer.from('\r\nDONE\r\n')

/** Puts together the answer to one request, in whatever pieces it arrives. */
export class AnswerReader {
  #pieces: Buffer[] = []
  #length = 0
  /** How long the answer is at least. */
  #expected = 1

  /**
   * The answer, once it is complete.
   * @throws Error for anything that is no answer, or more than one: nobody knows then what comes next.
   */
  push(piece: Buffer): Answer | undefined {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length < this.#expected) return undefined
    const received = Buffer.concat(this.#pieces)
    this.#pieces = [received]
    return this.#parse(received)
  }

  #parse(received: Buffer): Answer | undefined {
    const end = received.subarray(0, longestLine).indexOf('\n')
    if (end < 0) {
      if (received.length >= longestLine) throw unreadable(received)
      this.#expected = received.length + 1
      return undefined
    }
    const line = received.toString('latin1', 0, end + 1)
    const [, size] = /^LEN (\d{1,10})\r\n$/.exec(line) ?? []
    if (size !== undefined) return this.#parseValue(received.subarray(end + 1), Number(size))
    if (received.length > end + 1) throw unreadable(received)
    if (line === 'DONE\r\n') return { kind: 'done' }
    const [, reason] = /^ERROR ([a-z_]+)\r\n$/.exec(line) ?? []
    if (reason === undefined) throw unreadable(received)
    return { kind: 'error', reason }
  }

  /** The size counts UTF-16 units, so it is the number of bytes as long as all are ASCII. */
  #parseValue(received: Buffer, size: number): Answer | undefined {
    const missing = size + trailer.length - received.length
    if (missing > 0) {
      this.#expected = this.#length + missing
      return undefined
    }
    const bytes = received.subarray(0, size)
    if (!isAscii(bytes)) throw new Error('The value is not ASCII: no session store has written it.')
    if (!received.subarray(size).equals(trailer)) throw new Error('The value is not as long as the server says.')
    return { kind: 'value', bytes }
  }
}

function unreadable(received: Buffer): Error {
  const shown = JSON.stringify(received.toString('latin1', 0, longestLine))
  return new Error(`What the server sent is no answer of ngx-distributed-shm: ${shown}.`)
}
