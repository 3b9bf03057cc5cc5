import type { ChosenOptions, SessionOptions } from '../contracts/options.ts'
import type { AesOptions } from '../contracts/parts.ts'
import { SessionConfigError } from '../errors.ts'
import { optionsOfReader } from '../settings/reader-options.ts'
import { aes as aesCipher } from './ciphers.ts'
import { checkRegistry, type PartKind, type PartTypes, partNamed } from './named-part.ts'
import { isPart } from './part-kinds.ts'
import { type Suite, type SuiteParts, suiteOf } from './suite.ts'

/** Options whose parts are objects. */
export interface Chosen<D extends object> {
  readonly options: ChosenOptions<D>
  readonly suite: Suite
}

/**
 * Looks up the parts that options name, in those of one's own and the built-in ones, and fills in the defaults of a
 * foreign format.
 * @throws SessionConfigError for names that are not known, what is no part, and parts that do not fit together
 */
export function chooseParts<D extends object>(given: SessionOptions<D>): Chosen<D> {
  const { parts = {} } = given
  checkRegistry(parts)
  const partOf = <Kind extends PartKind>(
    kind: Kind,
    part: string | PartTypes[Kind] | undefined,
  ): PartTypes[Kind] | undefined => {
    if (typeof part === 'string') return partNamed(kind, part, parts)
    if (part === undefined || isPart(kind, part)) return part
    throw new SessionConfigError(
      `\`${kind}\` ${NO_PART[kind] ?? `is no ${kind}: see docs/parts.md for what it must have`}.`,
    )
  }

  const persistence = partOf('persistence', given.persistence)
  const options = persistence ? optionsOfReader(persistence, given) : given
  const {
    aes,
    cipher,
    hmac,
    serializer,
    compressor,
    encoder,
    identifier,
    strategy,
    store,
    parts: _,
    ...basic
  } = options
  const sealingParts: SuiteParts = {
    cipher: aes ? aesWith(aes, cipher) : partOf('cipher', cipher),
    hmac: partOf('hmac', hmac),
    serializer: partOf('serializer', serializer),
    compressor: partOf('compressor', compressor),
    encoder: partOf('encoder', encoder),
  }
  if (persistence && !persistence.sealsNatively) refuseSealing(persistence.name, suiteOf(sealingParts))
  const suite = suiteOf({ ...sealingParts, identifier: partOf('identifier', identifier) })
  const chosenStore = partOf('store', store)
  const chosenStrategy = partOf('strategy', strategy)
  return {
    suite,
    options: {
      ...basic,
      persistence,
      store: chosenStore,
      ...(chosenStrategy && { strategy: chosenStrategy }),
    },
  }
}

/** What is said of those that come from other packages and have names that people know. */
const NO_PART: Readonly<Partial<Record<PartKind, string>>> = {
  store: 'is no store; give what memoryStore() or the function of another store returns',
  persistence: 'is none; give what restyV4(…), restyV3(…) or iron(…) returns',
}

function aesWith(aes: AesOptions, cipher: unknown = 'aes'): PartTypes['cipher'] {
  if (cipher === 'aes') return aesCipher(aes)
  throw new SessionConfigError("`aes` is for `cipher: 'aes'`. Leave it out, or the other cipher.")
}

/** A format of its own encrypts and writes as it does. The names of our defaults change nothing, and may stand there. */
function refuseSealing(format: string, { names }: Suite): void {
  for (const [kind, name] of Object.entries(suiteOf({}).names))
    if (names[kind as keyof SuiteParts] !== name)
      throw new SessionConfigError(`\`${kind}\` means nothing to ${format}, which seals in its own way. Leave it out.`)
}
