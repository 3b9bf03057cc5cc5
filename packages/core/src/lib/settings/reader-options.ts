import type { CommonOptions } from '../contracts/options.ts'
import type { SessionReader } from '../contracts/persistence.ts'
import { SessionConfigError } from '../errors.ts'

/**
 * Options with the defaults of a foreign format.
 * @throws SessionConfigError for an option that means nothing there, with what to do instead.
 */
export function optionsOfReader<Options extends CommonOptions>(
  { name, defaults = {}, refuses = {} }: Pick<SessionReader, 'name' | 'defaults' | 'refuses'>,
  options: Options,
): Options {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [option, value] of given) {
    // Whoever switches off what is not there gets what was asked for.
    if (value === false) continue
    const instead = Object.entries(refuses).find(([refused]) => refused === option)?.[1]
    if (instead !== undefined) throw new SessionConfigError(`\`${option}\` means nothing to ${name}: ${instead}.`)
  }
  const cookie = { ...defaults.cookie, ...options.cookie }
  return { ...defaults, ...(Object.fromEntries(given) as Options), cookie }
}
