/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The elements of a JSON array, each as it is written: what belongs to somebody else can be passed on without being
 * read and written anew, which would change its numbers. The text must be a valid array; this is not checked.
 */
export function elementsOf(array: string): readonly string[] {
  const elements: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < array.length; at++) {
    const char = array[at]
    if (char === '"') at = endOfString(array, at)
    else if (char === '[' || char === '{') {
      if (depth === 0) from = at + 1
      depth++
    } else if (char === ']' || char === '}') depth--
    const isEnd = (char === ',' && depth === 1) || (char === ']' && depth === 0)
    if (!isEnd) continue
    elements.push(array.slice(from, at).trim())
    from = at + 1
  }
  return elements.length === 1 && elements[0] === '' ? [] : elements
}

/** Where the string that starts at `start` has its closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

/** A string as Lua's cjson writes it: it escapes `/` and DEL, too. */
export const jsonString = (text: string): string =>
  JSON.stringify(text).replaceAll('/', '\\/').replaceAll('\x7f', '\\u007f')
