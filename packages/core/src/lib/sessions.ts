import { developmentSecret } from '#development-secret'
import type { SessionEvent } from './contracts/event.ts'
import type { CommonOptions, SessionOptions } from './contracts/options.ts'
import type { Call, Persistence } from './contracts/persistence.ts'
import type { ClientFacts, RequestContext } from './contracts/request.ts'
import type { Session } from './contracts/session.ts'
import type { Sessions } from './contracts/sessions.ts'
import type { SessionStore } from './contracts/store.ts'
import { stripCookies } from './cookies/header.ts'
import { chain } from './crypto/chain.ts'
import type { MaybePromise } from './crypto/types.ts'
import { describe } from './engine/describe.ts'
import { Engine, type EngineParts } from './engine/engine.ts'
import { isLoopback } from './engine/facts.ts'
import { shapeOf } from './engine/shape.ts'
import { createEnvelope, type Envelope, SUITE } from './envelope/envelope.ts'
import { createKeyring } from './envelope/keyring.ts'
import { parseSecrets } from './envelope/secrets.ts'
import { SessionConfigError } from './errors.ts'
import { type HandleContext, SessionHandle } from './session.ts'
import { isProduction, type Settings, settingsOf } from './settings/settings.ts'

/** What an entry point chooses: the cookie entry leaves out merging and records, and a bundler drops them. */
export interface Assembly {
  readonly persistence: (
    settings: Settings,
    envelope: () => MaybePromise<Envelope>,
    onStoreError: (error: unknown) => void,
  ) => Persistence
  readonly merging?: EngineParts['merging']
  readonly store?: SessionStore | undefined
}

/** Puts a configuration's parts together. Options are checked here; secrets are needed at the first use only. */
export function assembleSessions<D extends object>(options: SessionOptions<D>, assembly: Assembly): Sessions<D> {
  const settings = settingsOf(options)
  const clock = options.now ?? Date.now
  const envelope = lazyEnvelope(options, settings)

  const emit = (event: SessionEvent, fingerprint?: () => string): void => {
    if (event.type === 'insecure-transport') warnOfPlainHttp(settings.name)
    if (!options.onEvent) return
    // A listener that fails must not change what a request does, also when it is asynchronous.
    try {
      const result: unknown = options.onEvent(fingerprint ? { ...event, id: fingerprint() } : event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {}
  }

  const shape = shapeOf(options)
  const persistence = assembly.persistence(settings, envelope, (error) => emit({ type: 'store-error', error }))
  const engine = new Engine({
    settings,
    shape,
    persistence,
    emit,
    merging: assembly.merging,
    fingerprint: (id) => chain(envelope(), (opened) => opened.fingerprint(id)),
  })

  const callOf = ({ jar, facts = {}, signal }: RequestContext): (() => Call) => {
    const isInsecure = settings.attributes.secure === true && isPlainHttp(facts)
    return () => ({ jar, facts, isInsecure, now: Math.floor(clock() / 1000), ...(signal && { signal }) })
  }

  const context: HandleContext = {
    engine,
    settings,
    encode: (data) => shape.encode(data),
    onDiscard: (fingerprint) => emit({ type: 'discarded' }, fingerprint),
  }

  const handle = async (request: RequestContext, isReadOnly: boolean): Promise<SessionHandle<D>> => {
    const call = callOf(request)
    return new SessionHandle<D>(context, call, await engine.open(call()), isReadOnly)
  }

  const ours = (session: Session<D>): SessionHandle<D> => {
    if (session instanceof SessionHandle) return session
    throw new TypeError('This session was not opened by these sessions.')
  }

  return {
    open: (request) => handle(request, false),
    read: (request) => handle(request, true),

    async start(request, { touch = true } = {}) {
      const session = await handle(request, false)
      if (touch) await session.touchWhenDue()
      return session
    },

    async destroy(request) {
      const session = await handle(request, false)
      await session.destroy()
    },

    settle: (session, outcome = {}) => ours(session).settle(outcome),
    stripSessionCookies: (header) => stripCookies(header ?? '', (name) => persistence.owns(name)),
    describe: () => describe(options, settings, persistence, assembly.store),
    emit,
    trustedHops: settings.trustedHops,
    autoTouch: settings.autoTouch,
  }
}

/**
 * The envelope, made at the first use: a build may evaluate the configuration where the secret is not known. Secrets
 * that are given are checked at once.
 */
function lazyEnvelope(options: CommonOptions, settings: Settings): () => MaybePromise<Envelope> {
  const given = options.secret === undefined ? undefined : parseSecrets(options.secret)
  let envelope: Envelope | undefined
  return () => {
    if (envelope) return envelope
    const secrets = given ?? parseSecrets(secretOfDevelopment())
    const { name, audience } = settings
    return createKeyring(secrets).then((keyring) => {
      envelope ??= createEnvelope({ keyring, name, audience, suite: SUITE })
      return envelope
    })
  }
}

function secretOfDevelopment(): string {
  const secret = isProduction() ? undefined : developmentSecret()
  if (secret) return secret
  throw new SessionConfigError(
    '`secret` is missing. Make one with `openssl rand -base64 32` and set it as SESSION_SECRET.',
  )
}

/** Browsers refuse Secure cookies over plain http, except from loopback. An unknown scheme is taken for https. */
const isPlainHttp = ({ scheme, host }: ClientFacts): boolean => scheme === 'http' && !isLoopback(host ?? '')

let hasWarned = false

/** A Secure cookie would be dropped by the browser, and one without Secure be a leak. */
function warnOfPlainHttp(name: string): void {
  if (hasWarned) return
  hasWarned = true
  console.warn(
    `sojourn: the cookie ${name} was not set, because it is Secure and the request came over plain http. ` +
      'Serve https; behind a proxy that ends TLS, set `trustedHops` to the number of your proxies.',
  )
}
