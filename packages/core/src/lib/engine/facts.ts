import { platform } from '#crypto'
import type { BindableFact } from '../contracts/options.ts'
import type { ClientFacts } from '../contracts/request.ts'
import type { Bytes } from '../contracts/store.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { SessionConfigError } from '../errors.ts'

const NOTHING: Bytes = new Uint8Array(0)

/**
 * The first 16 bytes of SHA-256 over the bound client facts. A fact the client did not send (no User-Agent) counts as
 * empty; one that only the server can know and does not is a mistake of the configuration.
 */
export function boundFacts(bind: readonly BindableFact[], facts: ClientFacts): MaybePromise<Bytes> {
  if (bind.length === 0) return NOTHING
  const text = bind.map((fact) => {
    const value = facts[fact]
    if (value === undefined && fact !== 'userAgent') throw new SessionConfigError(unknownFact(fact))
    return `${fact}=${value?.length ?? 0}:${value ?? ''}`
  })
  const digest = platform.sha256(platform.toUtf8(text.join(';')))
  return digest instanceof Promise ? digest.then((bytes) => bytes.slice(0, 16)) : digest.slice(0, 16)
}

const unknownFact = (fact: BindableFact): string =>
  fact === 'tlsSession'
    ? '`bind` lists tlsSession, which no framework exposes: return it from the `clientFacts` option.'
    : `\`bind\` lists ${fact}, which this framework does not tell: set \`trustedHops\` to the number of your proxies, or return it from the \`clientFacts\` option.`

/** Whether a Host names this machine itself, where browsers accept Secure cookies over plain http. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
