import { isMoment } from '../adoption/until.ts'
import type { Adoption } from '../contracts/adoption.ts'
import type { PersistenceFactory, SessionReader } from '../contracts/persistence.ts'
import { SessionConfigError } from '../errors.ts'
import type { Environment } from './read-variables.ts'
import type { EnvironmentOptions } from './session-options-from-env.ts'
import { refuse } from './variable.ts'

/** Those that every adoption has. Any other variable of the old app may stand beside them. */
export const adoptionVariables = [
  'SESSION_ADOPT_FORMAT',
  'SESSION_ADOPT_NAME',
  'SESSION_ADOPT_SECRET',
  'SESSION_ADOPT_UNTIL',
] as const

export const isOfAdoption = (name: string): boolean => name.startsWith('SESSION_ADOPT_')

/**
 * What `SESSION_ADOPT_…` asks for: the variables of the app that made the old cookies, each with `ADOPT_` in its name, and
 * a date.
 */
export function chosenAdoption(
  env: Environment,
  read: (old: Environment) => EnvironmentOptions,
): { readonly adopt: readonly Adoption[]; readonly ignored: readonly string[] } | undefined {
  const given = Object.entries(env).filter(([name]) => isOfAdoption(name))
  if (given.length === 0) return undefined
  const { SESSION_UNTIL: until, ...old } = Object.fromEntries(
    given.map(([name, text]) => [name.replace('_ADOPT', ''), text]),
  )
  const options = asked(() => read(old))
  const { persistence: from, name, audience, cookie, store, ignoredEnvironment = [] } = options
  if (!from || !isReader(from)) throw missing('FORMAT', 'the format of the old cookie: resty-v4, resty-v3 or iron')
  if (name === undefined) throw missing('NAME', 'the name of the old cookie')
  if (until === undefined) throw missing('UNTIL', 'the day of the end, such as 2027-06-30')
  if (!isMoment(until)) refuse({ name: 'SESSION_ADOPT_UNTIL', text: until }, 'a day, such as 2027-06-30')
  const { strategy, idle, rolling, absolute } = options
  const adoption: Adoption = {
    from,
    name,
    until,
    ...(audience !== undefined && { audience }),
    ...(cookie && { cookie }),
    ...(store && { store }),
    ...(strategy === 'regenerate' && { strategy: 'regenerate' as const }),
    ...(idle !== undefined && { idle }),
    ...(rolling !== undefined && { rolling }),
    ...(absolute !== undefined && { absolute }),
  }
  return { adopt: [adoption], ignored: ignoredEnvironment.map(withPrefix) }
}

const isReader = (factory: PersistenceFactory): factory is PersistenceFactory & SessionReader => 'resembles' in factory

const missing = (name: string, what: string): SessionConfigError =>
  new SessionConfigError(`SESSION_ADOPT_${name} is missing: ${what}.`)

const withPrefix = (text: string): string => text.replaceAll('SESSION_', 'SESSION_ADOPT_')

/** What is wrong with a variable of the old app is wrong with the one that stands for it here. */
function asked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof SessionConfigError ? new SessionConfigError(withPrefix(error.message)) : error
  }
}
