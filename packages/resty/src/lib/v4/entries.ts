import { elementsOf, isObject, jsonString, parseJson } from '../shared/json-text.ts'

/** What one audience keeps in a session. */
export interface V4Entry {
  readonly audience: string
  readonly subject?: string
  /** A JSON object, as it was written; a list where a Lua table was one. */
  readonly data: string
  /** The whole entry, as it was written: entries of other audiences are passed on like this. */
  readonly json: string
}

/** A new entry, written like Lua's cjson does. `data` is the text of a JSON object. */
export function v4Entry(content: Pick<V4Entry, 'audience' | 'subject' | 'data'>): V4Entry {
  const { audience, subject, data } = content
  const names = subject === undefined ? [audience] : [audience, subject]
  return { ...content, json: `[${[data, ...names.map(jsonString)].join(',')}]` }
}

export const v4Payload = (entries: readonly V4Entry[]): string => `[${entries.map(({ json }) => json).join(',')}]`

/** The entries of a payload; `undefined` when it is not one. */
export function readV4Payload(payload: string): readonly V4Entry[] | undefined {
  const values = parseJson(payload)
  if (!Array.isArray(values) || values.length === 0) return undefined
  const entries: V4Entry[] = []
  for (const [at, json] of elementsOf(payload).entries()) {
    const entry = readEntry(values[at], json)
    if (!entry) return undefined
    entries.push(entry)
  }
  return entries
}

function readEntry(value: unknown, json: string): V4Entry | undefined {
  if (!Array.isArray(value) || value.length > 3) return undefined
  const [table, audience, subject]: readonly unknown[] = value
  if (!(isObject(table) || Array.isArray(table)) || typeof audience !== 'string') return undefined
  const [data = '', , subjectText = ''] = elementsOf(json)
  if (subject === undefined || subject === null) return { audience, data, json }
  if (typeof subject === 'string') return { audience, subject, data, json }
  // Lua takes a number just as well.
  return typeof subject === 'number' ? { audience, subject: subjectText, data, json } : undefined
}
