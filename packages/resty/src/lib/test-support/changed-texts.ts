/** How many changes to try on one value; FULL=1 tries all. */
const MOST = process.env['FULL'] ? Number.POSITIVE_INFINITY : 250

/**
 * The text with one character changed (to another of its alphabet, and to one of none), cut off, left out or doubled
 * at every place, and with something behind it. At evenly spread places only, when there are too many.
 */
export function* changedTexts(text: string): Generator<string> {
  const step = Math.max(Math.ceil((text.length * 5) / MOST), 1)
  for (let at = 0; at < text.length; at += step) {
    const [before, char, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)]
    yield before + neighbourOf(char) + after
    yield `${before}!${after}`
    yield before
    yield before + after
    yield before + char + char + after
  }
  for (const more of ['A', '0', '=', 'AAAA', ' ', '|', '%00', '\u{1f600}']) yield text + more
  yield ` ${text}`
}

/** The bytes with one bit changed at every place, cut off, and with something behind them. */
export function* changedBytes(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  const step = Math.max(Math.ceil((bytes.length * 2) / MOST), 1)
  for (let at = 0; at < bytes.length; at += step) {
    yield bytes.map((byte, place) => (place === at ? byte ^ (1 << (at % 8)) : byte))
    yield bytes.slice(0, at)
  }
  yield Uint8Array.from([...bytes, 0])
  yield Uint8Array.from([...bytes, ...bytes])
}

const ORDER = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Another letter or digit: for hexadecimal and decimal digits one of the same kind. */
function neighbourOf(char: string): string {
  if (/[0-8]/.test(char)) return `${Number(char) + 1}`
  if (char === '9') return '8'
  const at = ORDER.indexOf(char)
  return at < 0 ? 'B' : (ORDER[at === 10 ? 11 : at - 1] ?? 'B')
}
