import { secretOfDevelopment, weaknessOfSecrets } from '../shared/secrets.ts'
import { type V4Format, v4Format } from '../v4/format.ts'
import { type V4KeySource, type V4Secret, v4KeySources } from '../v4/secrets.ts'
import type { RestyV4Options } from './options.ts'

/** Stands for a secret that is not known yet, while everything else is checked. */
const LATER = 'later'

/**
 * The wire format. A secret that was not given is looked for when it is first needed: a build may evaluate the
 * configuration where no secret is known.
 * @throws SessionConfigError
 */
export function formatOf(options: RestyV4Options, storage: 'cookie' | 'server'): V4Format {
  const { secret, bind, compressionThreshold, rememberSafety, mostBytes } = options
  const format = v4Format({
    secret: secret ?? LATER,
    storage,
    ...(bind && { bind }),
    ...(compressionThreshold !== undefined && { compressionThreshold }),
    ...(rememberSafety && { rememberSafety }),
    ...(mostBytes !== undefined && { mostBytes }),
  })
  return secret === undefined ? { ...format, keySources: [secretOfThisWorkspace()] } : format
}

function secretOfThisWorkspace(): V4KeySource {
  let source: V4KeySource | undefined
  return () => {
    source ??= v4KeySources(secretOfDevelopment('restyV4({ secret })'))[0]
    return source()
  }
}

/** What is wrong with the secrets, by our own rules; `ikm` is random by definition. */
export function weaknessOf({ secret }: RestyV4Options): string | undefined {
  const texts = secretsIn(secret).flatMap((one) => (typeof one === 'object' && 'ikm' in one ? [] : [one]))
  return texts.length > 0 ? weaknessOfSecrets('restyV4', texts) : undefined
}

export function secretsIn(secret: RestyV4Options['secret']): readonly V4Secret[] {
  if (secret === undefined) return []
  return isList(secret) ? secret : [secret]
}

const isList = (secret: V4Secret | readonly V4Secret[]): secret is readonly V4Secret[] => Array.isArray(secret)
