import type { ChosenOptions } from '../contracts/options.ts'
import type { Persistence } from '../contracts/persistence.ts'
import type { Description } from '../contracts/sessions.ts'
import type { SessionStore } from '../contracts/store.ts'
import type { Suite } from '../parts/suite.ts'
import { isProduction, type Settings } from '../settings/settings.ts'

const DEFAULT_PARTS: Suite['names'] = {
  cipher: 'aes-256-gcm',
  hmac: '-',
  serializer: 'json',
  compressor: 'none',
  encoder: 'base64url',
  identifier: 'random',
}

/** The effective configuration in plain words and numbers: nothing in it is secret. */
export function describe(
  options: Omit<ChosenOptions<object>, 'schema'>,
  settings: Settings,
  { name, traits, secrets, warnings: ownWarnings = [] }: Persistence,
  { store, suite }: { readonly store?: SessionStore | undefined; readonly suite?: Suite | undefined },
): Description {
  const { times, attributes } = settings
  const off = (seconds: number): number | false => (seconds === Infinity ? false : seconds)
  const { adopt = [], secret, persistence } = options
  const isForeign = persistence !== undefined && !persistence.sealsNatively
  return {
    name: settings.name,
    audience: settings.audience,
    persistence: name,
    store: store?.name,
    format: persistence?.name ?? 'native',
    parts: isForeign ? undefined : (suite?.names ?? DEFAULT_PARTS),
    adopts: adopt.map(({ from, name, until }) => ({ format: from.name, name, until: new Date(until).toISOString() })),
    promises: { keepsParallelWrites: traits.merges, destroyEndsEveryCopy: traits.revokes },
    signsIn: traits.signsIn ?? true,
    secrets: secrets ?? secretsIn(secret),
    times: { ...times, idle: off(times.idle), rolling: off(times.rolling), absolute: off(times.absolute) },
    cookie: {
      ...attributes,
      persistent: settings.persistent,
      maxCookies: settings.maxCookies,
      maxBytes: settings.maxBytes,
    },
    strategy: settings.strategyName,
    lock: settings.lock ? { wait: settings.lock.wait, lease: settings.lock.lease } : false,
    onConflict: settings.onConflict,
    version: settings.dataVersion,
    idLength: settings.idLength,
    bind: settings.bind,
    trustedHops: settings.trustedHops,
    autoTouch: settings.autoTouch,
    warnings: [...warnings(settings, traits), ...(suite?.warnings ?? []), ...ownWarnings],
    ignored: options.ignoredEnvironment ?? [],
  }
}

function secretsIn(secret: ChosenOptions<object>['secret']): Description['secrets'] {
  if (secret === undefined) return isProduction() ? 'missing' : 'development'
  return Array.isArray(secret) ? secret.length : 1
}

function warnings({ name, attributes }: Settings, traits: Persistence['traits']): readonly string[] {
  const found: string[] = []
  if (!name.startsWith('__')) {
    found.push(`The name ${name} has no __Host- prefix: a subdomain or plain http can set a cookie of this name.`)
  }
  if (!attributes.secure) found.push('The cookie is not Secure: it also travels over plain http.')
  if (traits.overwrites)
    found.push(
      'Parallel requests: a save may undo another one. There is no update(), and reading does not count as use.',
    )
  else if (!traits.merges) found.push('Parallel requests: the last response that sets the cookie wins.')
  if (!traits.revokes) found.push('destroy() deletes the browser’s cookie; a copy of it lives until its deadline.')
  return found
}
