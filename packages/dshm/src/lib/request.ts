import { type Bytes, StoreRefusedError } from '@sojourn/core/store'

/** What the server would take for more than one word, or for more than one line. */
const sound = /^[\x21-\x7e]+$/

/** @throws StoreRefusedError for a key that would not be one word on the wire. */
export function getRequest(key: string): Buffer {
  return lineOf('GET', checkedKey(key))
}

/** @throws StoreRefusedError for a key that would not be one word on the wire. */
export function deleteRequest(key: string): Buffer {
  return lineOf('DELETE', checkedKey(key))
}

/**
 * The line and the value. Nothing may follow: the server would take it for the next request.
 * @param ttl whole seconds, above 0; to the server 0 means for ever
 * @throws StoreRefusedError for a key that would not be one word on the wire, and for a value that the server would
 * not give back as it is.
 */
export function setRequest(key: string, ttl: number, value: Bytes): Buffer {
  const line = lineOf('SET', checkedKey(key), ttl, checkedValue(value).length)
  return Buffer.concat([line, value])
}

const lineOf = (...words: readonly (string | number)[]): Buffer => Buffer.from(`${words.join(' ')}\r\n`, 'latin1')

function checkedKey(key: string): string {
  if (sound.test(key)) return key
  throw new StoreRefusedError(
    `The dshm store takes keys of printable ASCII characters without spaces, not ${JSON.stringify(key)}.`,
  )
}

/** The server counts characters, has no empty values, and keeps `007` and `+7` as the number 7. */
function checkedValue(value: Bytes): Bytes {
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
  if (!/^[\x20-\x7e]+$/.test(text))
    throw new StoreRefusedError('The dshm store takes values of one or more printable ASCII characters.')
  if (/^(\+\d+|-?0\d+|-0)$/.test(text))
    throw new StoreRefusedError(
      'The dshm store takes no integer with a plus sign or leading zeros: the server drops them.',
    )
  return value
}
