import type { Bytes } from '@sojourn/core'
import type { Compression } from './types.ts'
import { text } from './web-text.ts'

type Format = ConstructorParameters<typeof DecompressionStream>[0]

/** What one byte inflates to at most is a quarter of this: the stream holds up to three pieces beyond what was read. */
const ROOM_FOR_A_BYTE = 4 * 1032
/** A smaller piece costs more than it protects. */
const LEAST_PIECE = 16

/**
 * The bytes in pieces, each made when it is asked for. Some runtimes inflate a piece as a whole, however little of it
 * is read, so a piece is never larger than what the room that is left can take.
 */
function inPieces(bytes: Bytes, roomLeft: () => number): ReadableStream<Bytes> {
  let at = 0
  const source = {
    pull(controller: ReadableStreamDefaultController<Bytes>): void {
      const end = at + Math.max(Math.floor(roomLeft() / ROOM_FOR_A_BYTE), LEAST_PIECE)
      if (at < bytes.length) controller.enqueue(bytes.slice(at, end))
      at = end
      if (at >= bytes.length) controller.close()
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

async function compress(format: Format, bytes: Bytes): Promise<Bytes> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format))
  return new Uint8Array(await new Response(compressed).arrayBuffer())
}

async function expand(format: Format, bytes: Bytes, limit: number): Promise<Bytes | undefined> {
  let room = limit
  const parts: Bytes[] = []
  const expanded = inPieces(bytes, () => room).pipeThrough(new DecompressionStream(format))
  try {
    for await (const part of expanded) {
      room -= part.length
      // Leaving the loop cancels the stream.
      if (room < 0) return undefined
      parts.push(part)
    }
  } catch {
    return undefined
  }
  return text.concat(parts)
}

const compression = (format: Format): Compression => ({
  compress: (bytes) => compress(format, bytes),
  expand: (bytes, limit) => expand(format, bytes, limit),
})

export const rawDeflate: Compression = compression('deflate-raw')

export const gzip: Compression = compression('gzip')
