import type { PartOptions } from '../contracts/options.ts'
import type { AesOptions, Cipher, Parts } from '../contracts/parts.ts'
import type { Environment } from './read-variables.ts'
import { listOf, refuse } from './variable.ts'

type Kind = Exclude<keyof Parts, 'store' | 'persistence'>

interface PartVariable {
  readonly name: string
  readonly kind: Kind
  readonly builtIn: readonly string[]
  /** Names that lua-resty-session has for built-ins. */
  readonly also?: Readonly<Record<string, string>>
}

/** The variables that choose a part by its name. Those of `store` and `persistence` are SESSION_STORAGE and …_FORMAT. */
export const partVariables: readonly PartVariable[] = [
  { name: 'SESSION_STRATEGY', kind: 'strategy', builtIn: ['default', 'regenerate'] },
  { name: 'SESSION_CIPHER', kind: 'cipher', builtIn: ['aes', 'chacha20-poly1305', 'none'] },
  { name: 'SESSION_HMAC', kind: 'hmac', builtIn: ['sha256', 'sha384', 'sha512', 'sha1'] },
  { name: 'SESSION_SERIALIZER', kind: 'serializer', builtIn: ['json'] },
  { name: 'SESSION_COMPRESSOR', kind: 'compressor', builtIn: ['none', 'deflate', 'gzip'], also: { zlib: 'gzip' } },
  {
    name: 'SESSION_ENCODER',
    kind: 'encoder',
    builtIn: ['base64url', 'hex'],
    also: { base64: 'base64url', base16: 'hex' },
  },
  { name: 'SESSION_IDENTIFIER', kind: 'identifier', builtIn: ['random'] },
]

/** What the environment says about parts. */
interface ChosenParts {
  readonly options: Pick<PartOptions, Kind | 'aes' | 'parts'>
  /** What does nothing beside the others, with the reason. */
  readonly ignored: readonly string[]
}

/**
 * The parts that the environment names. Where one of them is the caller's own, `parts` goes along to look it up.
 * @throws SessionConfigError for a name that neither we nor the caller know.
 */
export function chosenParts(env: Environment, own: Parts, aes: AesOptions | undefined): ChosenParts {
  const chosen: { [K in Kind]?: string } = {}
  for (const variable of partVariables) {
    const text = env[variable.name]?.trim()
    if (text) chosen[variable.kind] = chosenName(text, variable, own)
  }
  const { hmac, ...others } = chosen
  const { cipher = 'aes' } = chosen
  const isAes = cipher === 'aes'
  const isAead = isAes ? (aes?.mode ?? 'gcm') === 'gcm' : cipher === CHACHA || hasTag(own.cipher?.[cipher])
  const isOwn = partVariables.some(({ kind }) => Object.keys(own[kind] ?? {}).includes(chosen[kind] ?? ''))
  // A configuration of lua-resty-session may name what it has anyway: its one HMAC, the size of its one cipher.
  const ignored = [
    ...(isAes ? [] : AES_VARIABLES.filter((name) => env[name]).map((name) => `${name} (SESSION_CIPHER is not aes)`)),
    ...(hmac && isAead ? ['SESSION_HMAC (the cipher authenticates by itself)'] : []),
  ]
  const options = {
    ...others,
    ...(hmac && !isAead && { hmac }),
    ...(aes && isAes && { aes }),
    ...(isOwn && { parts: own }),
  }
  return { options, ignored }
}

const CHACHA = 'chacha20-poly1305'
const AES_VARIABLES = ['SESSION_AES_SIZE', 'SESSION_AES_MODE']

const hasTag = (cipher: Cipher | undefined): boolean => (cipher?.tagLength ?? 0) > 0

function chosenName(text: string, { name, kind, builtIn, also = {} }: PartVariable, own: Parts): string {
  const names = Object.keys(own[kind] ?? {})
  if (names.includes(text)) return text
  const word = text.toLowerCase()
  const meant = Object.entries(also).find(([other]) => other === word)?.[1] ?? word
  return builtIn.includes(meant) ? meant : refuse({ name, text }, listOf([...builtIn, ...names]))
}
