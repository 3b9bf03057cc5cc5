import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import type { AesName, Algorithm, PartPrimitives } from './part-primitives.ts'

type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const ZEROS = new Uint8Array(16)
const TAG_LENGTH = 16
/** So much is inflated before anybody looks how much it is: at most a thousand times as many bytes. */
const PIECE = 512

interface Parameters {
  readonly name: string
  readonly [parameter: string]: string | number | Bytes
}

function parameters({ name }: Algorithm, additionalData: Bytes): Parameters {
  if (name.endsWith('gcm'))
    return { name: 'AES-GCM', iv: ZEROS.subarray(0, 12), additionalData, tagLength: TAG_LENGTH * 8 }
  if (name.endsWith('cbc')) return { name: 'AES-CBC', iv: ZEROS }
  return { name: 'AES-CTR', counter: ZEROS, length: 128 }
}

/** @throws SessionConfigError where the runtime has no keys of this size: Chromium knows no AES-192. */
async function aesKey(algorithm: Algorithm, key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<WebKey> {
  const { name } = parameters(algorithm, ZEROS)
  try {
    return await crypto.subtle.importKey('raw', key, name, false, [usage])
  } catch (cause) {
    const fix = 'Take a key of 256 bits.'
    throw new SessionConfigError(`The WebCrypto of this runtime has no ${algorithm.name}. ${fix}`, { cause })
  }
}

function inPieces(bytes: Bytes): ReadableStream<Bytes> {
  let at = 0
  const source = {
    pull(controller: ReadableStreamDefaultController<Bytes>): void {
      controller.enqueue(bytes.slice(at, at + PIECE))
      at += PIECE
      if (at >= bytes.length) controller.close()
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

/** WebCrypto and the Compression Streams. */
export const primitives: PartPrimitives = {
  lacks: new Set<AesName | 'chacha20-poly1305'>(['chacha20-poly1305']),

  async encrypt(algorithm, key, data, aad) {
    const imported = await aesKey(algorithm, key, 'encrypt')
    const whole = new Uint8Array(await crypto.subtle.encrypt(parameters(algorithm, aad), imported, data))
    const tagAt = whole.length - algorithm.tagLength
    return algorithm.tagLength > 0 ? { data: whole.subarray(0, tagAt), tag: whole.subarray(tagAt) } : { data: whole }
  },

  async decrypt(algorithm, key, data, aad, tag) {
    const imported = await aesKey(algorithm, key, 'decrypt')
    try {
      const whole = tag ? platform.concat([data, tag]) : data
      return new Uint8Array(await crypto.subtle.decrypt(parameters(algorithm, aad), imported, whole))
    } catch {
      return undefined
    }
  },

  async hmac(hash, key, data) {
    const name = hash.toUpperCase().replace('SHA', 'SHA-')
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: name }, false, ['sign'])
    return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data))
  },

  async compress(format, data) {
    const compressed = new Blob([data]).stream().pipeThrough(new CompressionStream(format))
    return new Uint8Array(await new Response(compressed).arrayBuffer())
  },

  async expand(format, data, limit) {
    const parts: Bytes[] = []
    let room = limit
    try {
      for await (const part of inPieces(data).pipeThrough(new DecompressionStream(format))) {
        room -= part.length
        // Leaving the loop cancels the stream.
        if (room < 0) return undefined
        parts.push(part)
      }
    } catch {
      return undefined
    }
    return platform.concat(parts)
  },
}
