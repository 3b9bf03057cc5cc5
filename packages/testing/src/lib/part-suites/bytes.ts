import type { Bytes } from '@sojourn/core'

/** Bytes that count up from `first`. */
export const counting = (length: number, first: number = 0): Bytes => Uint8Array.from({ length }, (_, at) => first + at)

/** The same bytes within a larger buffer, as sockets and Node's pool hand them out. */
export function embedded(bytes: Bytes): Bytes {
  const around = new Uint8Array(bytes.length + 20).fill(0xee)
  around.set(bytes, 7)
  return around.subarray(7, 7 + bytes.length)
}

/** As an array of one class: a part may give a Buffer. */
export const plain = (bytes: Bytes | undefined): Bytes | undefined => bytes && Uint8Array.from(bytes)

export function withBitChanged(bytes: Bytes, at: number): Bytes {
  const changed = Uint8Array.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 0x10
  return changed
}

/** What a part answers to something that it did not make; `undefined` when it throws, which says the same. */
export async function answerTo<T>(ask: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}
