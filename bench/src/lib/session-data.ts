/** What every session of the benchmark holds: nested, as an app's data is, and of an exact length as JSON. */
export type SessionData = {
  visits: number
  user: { id: string; name: string; roles: string[] }
  cart: { sku: string; quantity: number; price: number }[]
  note: string
}

const PADDING = 'the quick brown fox jumps over the lazy dog, 0123456789 '

/** Data that serializes to exactly `bytes` bytes of JSON, about half of it a list of small objects. */
export function sessionData(bytes: number, visits = 1000): SessionData {
  const data: SessionData = {
    visits,
    user: { id: 'u-81f3c2a7', name: 'Ada Lovelace', roles: ['reader', 'editor'] },
    cart: [],
    note: '',
  }
  const room = (): number => bytes - JSON.stringify(data).length
  while (room() > bytes / 2) {
    const item = data.cart.length
    data.cart.push({ sku: `SKU-${10_000 + item}`, quantity: 1 + (item % 9), price: 1000 + item * 7 })
  }
  data.note = PADDING.repeat(Math.ceil(Math.max(0, room()) / PADDING.length)).slice(0, Math.max(0, room()))
  if (room() !== 0) throw new RangeError(`No session data is ${bytes} bytes long: the least is ${bytes - room()}.`)
  return data
}
