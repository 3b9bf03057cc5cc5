import type { CommonOptions } from '../contracts/options.ts'
import type { PersistenceFactory } from '../contracts/persistence.ts'
import { SessionConfigError } from '../errors.ts'
import { partVariables } from './chosen-parts.ts'
import type { Environment } from './read-variables.ts'
import { variables } from './variables.ts'

const otherNames: Readonly<Record<string, string>> = { secretFallbacks: 'secret', storage: 'store' }

/** The option that a setting such as `cookie.path` is part of. */
function optionOf(setting: string): string {
  const [option = setting] = setting.split('.')
  return otherNames[option] ?? option
}

const optionNames = (): readonly { readonly name: string; readonly option: string }[] => [
  ...variables.map(({ name, setting }) => ({ name, option: optionOf(setting) })),
  ...partVariables.map(({ name, kind }) => ({ name, option: kind })),
]

/** The variables of what seals, and what may stand there for every format, because it is the default. */
const sealing: Readonly<Record<string, readonly string[]>> = {
  SESSION_CIPHER: ['aes'],
  SESSION_AES_SIZE: ['256'],
  SESSION_AES_MODE: ['gcm'],
  SESSION_SERIALIZER: ['json'],
  SESSION_COMPRESSOR: ['none'],
  SESSION_ENCODER: ['base64url', 'base64'],
}

/**
 * Says first what `createSessions` would say of options that a format cannot have: that does not know their variables.
 * @throws SessionConfigError naming the variable
 */
export function refuseMeaningless(format: PersistenceFactory, options: CommonOptions, env: Environment): void {
  const given = new Map(Object.entries(options).filter(([, value]) => value !== undefined && value !== false))
  const refused = new Map(Object.entries(format.refuses ?? {}))
  for (const { name, option } of optionNames()) {
    const instead = refused.get(option)
    if (env[name] && given.has(option) && instead !== undefined)
      throw new SessionConfigError(`${name} means nothing to ${format.name}: ${instead}.`)
  }
  if (format.sealsNatively) return
  for (const [name, allowed] of Object.entries(sealing)) {
    const text = env[name]?.trim().toLowerCase()
    if (text && !allowed.includes(text))
      throw new SessionConfigError(`${name} means nothing to ${format.name}, which seals in its own way. Remove it.`)
  }
}
