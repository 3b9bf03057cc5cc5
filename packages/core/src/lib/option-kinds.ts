import type { Adoption } from './contracts/adoption.ts'
import type { CookieOptions, LockOptions, SessionOptions, TimeOptions } from './contracts/options.ts'
import type { AesOptions, Parts } from './contracts/parts.ts'
import { SessionConfigError } from './errors.ts'
import { isPart } from './parts/part-kinds.ts'
import { similarNames } from './spelling.ts'

interface Kind {
  readonly says: string
  readonly has: (value: unknown) => boolean
}

const text: Kind = { says: 'text', has: (value) => typeof value === 'string' }
const flag: Kind = { says: 'true or false', has: (value) => typeof value === 'boolean' }
const method: Kind = { says: 'a function', has: (value) => typeof value === 'function' }
const list: Kind = { says: 'a list', has: Array.isArray }
/** A schema may be a function. */
const object: Kind = {
  says: 'an object',
  has: (value) => (typeof value === 'object' && value !== null) || method.has(value),
}
const part: Kind = { says: 'a name or a part', has: (value) => text.has(value) || object.has(value) }
const flagOrAuto: Kind = { says: 'true, false or auto', has: (value) => flag.has(value) || value === 'auto' }
/** Numbers and words: the settings check those, because they know the bounds. */
const other: Kind = { says: '', has: () => true }

/** Every option of a group: the compiler names the one that is missing here. */
type Kinds<Options> = Readonly<Record<keyof Options, Kind>>

const OPTIONS: Kinds<SessionOptions<object>> = {
  secret: other,
  name: text,
  audience: text,
  store: part,
  persistence: part,
  adopt: list,
  strategy: part,
  cipher: part,
  aes: object,
  hmac: part,
  serializer: part,
  compressor: part,
  encoder: part,
  identifier: part,
  parts: object,
  cookie: object,
  persistent: flag,
  bind: list,
  trustedHops: other,
  autoTouch: flag,
  schema: object,
  version: other,
  migrate: method,
  onConflict: other,
  lock: other,
  onEvent: method,
  idLength: other,
  now: method,
  ignoredEnvironment: list,
  idle: other,
  rolling: other,
  absolute: other,
  renew: other,
  touchEvery: other,
  discard: other,
  remember: object,
}

const COOKIE: Kinds<CookieOptions> = {
  path: text,
  domain: text,
  sameSite: other,
  secure: flagOrAuto,
  partitioned: flag,
  priority: other,
  maxCookies: other,
  maxBytes: other,
}

const REMEMBER: Kinds<NonNullable<TimeOptions['remember']>> = { rolling: other, absolute: other }

const LOCK: Kinds<LockOptions> = {
  wait: other,
  lease: other,
  hold: other,
  firstStep: other,
  stepRatio: other,
  longestStep: other,
}

const ADOPTION: Kinds<Adoption> = {
  from: object,
  name: text,
  until: other,
  subject: method,
  audience: text,
  cookie: object,
  store: object,
  strategy: other,
  idle: other,
  rolling: other,
  absolute: other,
  renew: other,
  touchEvery: other,
  discard: other,
}

const AES: Kinds<AesOptions> = { size: other, mode: other }

/** How lua-resty-session 3 makes keys out of its secret. */
const RESTY_ONLY = ['hash', 'rounds']

const PARTS: Kinds<Parts> = {
  cipher: object,
  hmac: object,
  serializer: object,
  compressor: object,
  encoder: object,
  identifier: object,
  strategy: object,
  store: object,
  persistence: object,
}

/**
 * What the compiler says about options, for those who write JavaScript or read their options from a file: a misspelt
 * option would be one that silently does nothing.
 * @throws SessionConfigError naming the option and what was meant.
 */
export function checkOptionKinds<D extends object>(options: SessionOptions<D>): void {
  checkGroup(options, OPTIONS)
  checkGroup(options.cookie, COOKIE, 'cookie.')
  checkGroup(options.remember, REMEMBER, 'remember.')
  checkGroup(options.aes, AES, 'aes.')
  checkGroup(options.parts, PARTS, 'parts.')
  const { lock, schema } = options
  if (typeof lock === 'object') checkGroup(lock, LOCK, 'lock.')
  options.adopt?.forEach(checkAdoption)
  if (schema && !method.has(schema['~standard']?.validate))
    throw new SessionConfigError('`schema` is no Standard Schema; give one of Zod, Valibot, ArkType or their like.')
}

function checkAdoption(adoption: Adoption, nth: number): void {
  if (!object.has(adoption)) throw new SessionConfigError(`\`adopt[${nth}]\` must be an object.`)
  const group = `adopt[${nth}].`
  checkGroup(adoption, ADOPTION, group)
  checkGroup(adoption.cookie, COOKIE, `${group}cookie.`)
  if (!method.has(adoption.from?.resembles) || !method.has(adoption.from.create))
    throw new SessionConfigError(
      `\`${group}from\` reads no old cookie; give what iron(…), restyV4(…), restyV3(…) or remixCookie(…) returns.`,
    )
  if (adoption.store && !isPart('store', adoption.store)) throw noStore(`${group}store`)
}

const noStore = (option: string): SessionConfigError =>
  new SessionConfigError(`\`${option}\` is no store; give what memoryStore() or the function of another store returns.`)

/** Values stay out of the messages: any of them may be a secret in the wrong place. */
function checkGroup(options: object | undefined, kinds: Readonly<Record<string, Kind>>, group = ''): void {
  for (const [option, value] of Object.entries(options ?? {})) {
    const name = `\`${group}${option}\``
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined
    if (!kind)
      throw new SessionConfigError(`${name} is not an option. ${suggestion(option, Object.keys(kinds), group)}`)
    if (value === undefined || kind.has(value)) continue
    throw new SessionConfigError(`${name} is ${value === null ? 'null' : typeof value}; it must be ${kind.says}.`)
  }
}

/** Also finds an option that stands one level too high, such as `secure` beside `cookie`. */
function suggestion(option: string, known: readonly string[], group: string): string {
  if (group === 'aes.' && RESTY_ONLY.includes(option))
    return 'It exists in the format of lua-resty-session 3 only: restyV3(…).'
  const isCookies = !group && Object.hasOwn(COOKIE, option)
  const meant = isCookies ? [`cookie.${option}`] : similarNames(option, known).map((name) => group + name)
  return meant.length > 0 ? `Did you mean \`${meant.join('` or `')}\`?` : `There are ${known.join(', ')}.`
}
