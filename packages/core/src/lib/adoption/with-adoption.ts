import type { Adoption } from '../contracts/adoption.ts'
import type { Persistence } from '../contracts/persistence.ts'
import type { SessionStore } from '../contracts/store.ts'
import { type DataFormat, json } from '../engine/data.ts'
import { SessionConfigError } from '../errors.ts'
import { guardedStore } from '../persistence/guarded-store.ts'
import type { NativeContext } from '../persistence/native-context.ts'
import { type Adopter, adopterOf } from './adopter.ts'
import { adopting } from './adopting.ts'

/**
 * A native persistence that adopts what `adoptions` list.
 * @throws SessionConfigError naming the one that is wrong
 */
export function withAdoption(
  own: Persistence,
  adoptions: readonly Adoption[],
  context: NativeContext,
  format: DataFormat = json,
): Persistence {
  const guard = (store: SessionStore): SessionStore =>
    guardedStore(store, (error) => void context.report({ type: 'store-error', error }))
  const adopters = adoptions.map((adoption, nth): Adopter => {
    try {
      return adopterOf(adoption, own, context, guard)
    } catch (error) {
      if (!(error instanceof SessionConfigError)) throw error
      const message = `\`adopt[${nth}]\`, ${adoption.from.name}: ${error.message}`
      throw new SessionConfigError(message, { cause: error })
    }
  })
  return adopting(own, adopters, format, context)
}
