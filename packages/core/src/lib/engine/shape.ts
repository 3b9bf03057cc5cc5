import type { BasicOptions } from '../contracts/options.ts'
import type { StandardIssue, StandardResult } from '../contracts/schema.ts'
import type { State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { SessionConfigError, SessionDataError } from '../errors.ts'
import { at, type DataFormat, isPlainObject, json, type PlainObject } from './data.ts'

/** Data in today's shape, with the bytes it serializes to. */
export interface Shaped {
  readonly data: PlainObject
  readonly bytes: Bytes
}

/** The shape of session data: what its format can keep, the app's schema, and the way from older versions. */
export interface Shape {
  /** The data of a session that was never written: the schema's defaults, if it has any. */
  empty(): Promise<Shaped>
  /** Stored data in today's shape, or why it has none. */
  load(state: State): MaybePromise<Shaped | 'malformed' | 'schema'>
  /** The bytes of data. Throws `SessionDataError` naming the first path that would be changed. */
  encode(data: PlainObject): Bytes
  /** Throws `SessionDataError` naming the first path that the schema refuses of encoded data. Asked for changed data only. */
  check(bytes: Bytes): MaybePromise<void>
  readonly format: DataFormat
}

export function shapeOf<D extends object>(
  options: Pick<BasicOptions<D>, 'schema' | 'migrate' | 'version'>,
  format: DataFormat = json,
): Shape {
  const { schema, migrate, version = 0 } = options
  const validate = schema?.['~standard'].validate
  const { findFault, encode, decode, parse } = format
  const emptyBytes = encode({})

  const accept = (result: StandardResult<unknown>): Shaped | 'schema' => {
    if (result.issues) return 'schema'
    const data = result.value
    const found = findFault(data)
    if (!isPlainObject(data) || found)
      throw new SessionConfigError(`\`schema\` gives what cannot be stored${at(found?.path)}: ${found?.problem}.`)
    return { data, bytes: encode(data) }
  }

  return {
    async empty() {
      const defaults = validate && accept(await validate({}))
      return typeof defaults === 'object' ? defaults : { data: {}, bytes: emptyBytes }
    },

    load(state) {
      let data = decode(state.data)
      if (!data) return 'malformed'
      const from = state.claims.dataVersion
      if (from === version && !validate) return { data, bytes: state.data }
      if (from !== version) {
        const migrated = migrate && attempt(() => migrate(data ?? {}, from))
        if (!isPlainObject(migrated) || findFault(migrated)) return 'schema'
        data = migrated
      }
      if (!validate) return { data, bytes: encode(data) }
      const result = validate(data)
      return result instanceof Promise ? result.then(accept) : accept(result)
    },

    encode(data) {
      const found = findFault(data)
      if (found) throw new SessionDataError(`Session data${at(found.path)}: ${found.problem}.`, found.path)
      return encode(data)
    },

    // What is stored is what the app holds, not the schema's output: saving must not change data under the app.
    check(bytes) {
      const result = validate?.(parse(bytes))
      return result instanceof Promise ? result.then(assertValid) : assertValid(result)
    },

    format,
  }
}

function assertValid(result: StandardResult<unknown> | undefined): void {
  const issue = result?.issues?.[0]
  if (!issue) return
  const path = pathOf(issue)
  throw new SessionDataError(`Session data${at(path)}: ${issue.message}`, path)
}

const pathOf = ({ path = [] }: StandardIssue): string =>
  path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
