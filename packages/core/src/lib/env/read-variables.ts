import { SessionConfigError } from '../errors.ts'
import type { Parser } from './variable.ts'

/** Names and texts, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One environment variable and the setting it gives. Two variables may give the same one, if they agree. */
export type VariableFor<Settings> = {
  [Setting in keyof Settings & string]-?: {
    readonly name: string
    readonly setting: Setting
    readonly parse: Parser<Exclude<Settings[Setting], undefined>>
  }
}[keyof Settings & string]

/**
 * The settings that an environment gives. Variables that are unset or empty give none.
 * @throws SessionConfigError for a bad value, and for two variables that contradict each other.
 */
export function readVariables<Settings>(
  env: Environment,
  variables: readonly VariableFor<Settings>[],
): Partial<Settings> {
  const given = new Map<string, { readonly name: string; readonly value: unknown }>()
  for (const { name, setting, parse } of variables) {
    const text = env[name]
    if (text === undefined || text === '') continue
    const value: unknown = parse({ name, text })
    const twin = given.get(setting)
    if (twin && JSON.stringify(twin.value) !== JSON.stringify(value))
      throw new SessionConfigError(`${twin.name} and ${name} contradict each other. Set one of them.`)
    given.set(setting, { name, value })
  }
  // The table's type holds each parser to the type of its setting.
  return Object.fromEntries([...given].map(([setting, { value }]) => [setting, value])) as Partial<Settings>
}
