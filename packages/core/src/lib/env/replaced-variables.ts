import { SessionConfigError } from '../errors.ts'
import { flag, type Variable } from './variable.ts'

/** A variable of lua-resty-session that sets nothing here. */
export interface ReplacedVariable {
  readonly name: string
  /** Why, for `describe()`. @throws SessionConfigError where doing nothing would be less than what was asked for. */
  readonly why: (variable: Variable) => string
}

const keyDerivation = ({ name }: Variable): never => {
  throw new SessionConfigError(
    `${name} is for SESSION_FORMAT=resty-v3 only: the native format derives a key of its own for every value. Remove it.`,
  )
}

const neverRead = () => 'lua-resty-session documents it and does not read it'

export const replacedVariables: readonly ReplacedVariable[] = [
  { name: 'SESSION_AES_HASH', why: keyDerivation },
  { name: 'SESSION_AES_ROUNDS', why: keyDerivation },
  {
    name: 'SESSION_COOKIE_HTTPONLY',
    why(variable) {
      if (flag(variable)) return 'HttpOnly is always on'
      throw new SessionConfigError(`${variable.name} is off, but a session cookie is always HttpOnly. Remove it.`)
    },
  },
  { name: 'SESSION_COOKIE_DELIMITER', why: neverRead },
  { name: 'SESSION_IDENTIFIER_GENERATOR', why: neverRead },
]

/** Those that are set, each with its reason. */
export const replacedIn = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  replacedVariables.flatMap(({ name, why }) => {
    const text = env[name]
    return text ? [`${name} (${why({ name, text })})`] : []
  })
