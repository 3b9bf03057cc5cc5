import type { ClientFacts } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'

/**
 * Only the server can know these. Where it does not, a session would silently be bound to nothing.
 * @throws SessionConfigError
 */
export function requireFacts(
  option: string,
  names: readonly (keyof Pick<ClientFacts, 'address' | 'scheme' | 'tlsSession'>)[],
  facts: ClientFacts,
): void {
  const missing = names.find((name) => facts[name] === undefined)
  if (!missing) return
  throw new SessionConfigError(
    `\`${option}\` asks for the client's ${missing}, which is not known here: return it from the \`clientFacts\` option.`,
  )
}
