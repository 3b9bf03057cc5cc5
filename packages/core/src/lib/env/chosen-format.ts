import type { Parts } from '../contracts/parts.ts'
import type { FormatFromEnv, FormatSettings } from './format-from-env.ts'
import { fromPackages } from './packages.ts'
import type { Environment } from './read-variables.ts'
import { listOf, refuse } from './variable.ts'

/** What `SESSION_FORMAT` chooses: a format of a package or one of the caller's own; nothing for the native one. */
export function chosenFormat(
  env: Environment,
  formats: readonly FormatFromEnv[],
  own: NonNullable<Parts['persistence']> = {},
): (FormatSettings & Pick<FormatFromEnv, 'takes'>) | undefined {
  const text = env['SESSION_FORMAT']?.trim()
  if (!text || text === 'native') return undefined
  const chosen = formats.find(({ names }) => names.includes(text))
  if (chosen) return { ...chosen.create(env), takes: chosen.takes }
  const persistence = Object.hasOwn(own, text) ? own[text] : undefined
  if (persistence) return { persistence, takes: [] }
  const names = ['native', ...formats.flatMap(({ names }) => names), ...Object.keys(own)]
  return refuse({ name: 'SESSION_FORMAT', text }, listOf(names) + fromPackages(text))
}
