import { developmentSecret } from '#development-secret'
import type { SessionEvent } from './contracts/event.ts'
import type { ChosenOptions, Secret } from './contracts/options.ts'
import type { Call, Moment, Persistence } from './contracts/persistence.ts'
import type { ClientFacts, RequestContext } from './contracts/request.ts'
import type { Session } from './contracts/session.ts'
import type { SessionInfo, Sessions, SubjectOptions } from './contracts/sessions.ts'
import type { Bytes, SessionStore, StoreNotice } from './contracts/store.ts'
import { stripCookies } from './cookies/header.ts'
import { isWritable } from './cookies/jar.ts'
import { chain } from './crypto/chain.ts'
import type { MaybePromise } from './crypto/types.ts'
import { describe } from './engine/describe.ts'
import { Engine, type EngineParts } from './engine/engine.ts'
import { isLoopback } from './engine/facts.ts'
import { shapeOf } from './engine/shape.ts'
import type { listSessions, revokeSessions } from './engine/subjects.ts'
import { createEnvelope, type Envelope } from './envelope/envelope.ts'
import { createKeyring } from './envelope/keyring.ts'
import { parseSecrets } from './envelope/secrets.ts'
import { SessionConfigError, SessionUnsupportedError } from './errors.ts'
import type { Suite } from './parts/suite.ts'
import type { NativeContext } from './persistence/native-context.ts'
import { type HandleContext, SessionHandle } from './session.ts'
import { isProduction, type Settings, settingsOf } from './settings/settings.ts'
import { warnOnce } from './warn-once.ts'

/** What an entry point chooses: the cookie entry leaves out merging and records, and a bundler drops them. */
export interface Assembly {
  readonly persistence: (context: NativeContext) => Persistence
  readonly merging?: EngineParts['merging']
  readonly locks?: EngineParts['locks']
  /** `sessions.list` and `sessions.revoke`. */
  readonly subjects?: Subjects
  readonly store?: SessionStore | undefined
  /** Other parts than the default ones. */
  readonly suite?: Suite | undefined
}

export interface Subjects {
  readonly list: typeof listSessions
  readonly revoke: typeof revokeSessions
}

/** Puts a configuration's parts together. Options are checked here; secrets are needed at the first use only. */
export function assembleSessions<D extends object>(options: ChosenOptions<D>, assembly: Assembly): Sessions<D> {
  const { suite } = assembly
  const settings = settingsOf(options, suite?.identifier)
  const clock = options.now ?? Date.now
  const envelope = lazyEnvelope(options.secret, settings, suite)

  const emit = (event: SessionEvent, fingerprint?: () => string): void => {
    if (event.type === 'insecure-transport') warnOfPlainHttp(settings.name)
    if (!options.onEvent) {
      if (event.type === 'store-error')
        warnOnce(`the ${assembly.store?.name ?? 'old'} store failed: ${messageOf(event.error)}`)
      return
    }
    // A listener that fails must not change what a request does, also when it is asynchronous.
    try {
      const result: unknown = options.onEvent(fingerprint ? { ...event, id: fingerprint() } : event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {}
  }

  const shape = shapeOf(options, suite?.format)
  const fingerprint = (id: Bytes) =>
    persistence.fingerprint?.(id) ?? chain(envelope(), (opened) => opened.fingerprint(id))
  const report = (event: SessionEvent, id?: Bytes): MaybePromise<void> =>
    id ? chain(fingerprint(id), (shown) => emit(event, shown)) : emit(event)
  const persistence = assembly.persistence({ ...settings, store: assembly.store, sealer: envelope, report })
  checkTraits(settings, persistence, assembly.store)
  const parts: EngineParts = {
    settings,
    shape,
    persistence,
    emit,
    merging: assembly.merging,
    locks: assembly.locks,
    fingerprint,
  }
  const engine = new Engine(parts)
  assembly.store?.onNotice?.((notice) => emit(eventOf(notice)))

  const callOf = ({ jar, facts = {}, signal }: RequestContext): (() => Call) => {
    const isInsecure = settings.attributes.secure === true && isPlainHttp(facts)
    return () => ({ jar, facts, isInsecure, now: Math.floor(clock() / 1000), ...(signal && { signal }) })
  }

  const momentOf = ({ signal }: SubjectOptions = {}): Moment => ({
    now: Math.floor(clock() / 1000),
    ...(signal && { signal }),
  })

  const context: HandleContext = {
    engine,
    settings,
    shape,
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
      // Where nothing can be written, as in a Next Server Component, nothing is worth waiting for.
      if (settings.lock && isWritable(request.jar)) await session.takeLock(touch)
      else if (touch) await session.touchWhenDue()
      return session
    },

    async destroy(request) {
      const session = await handle(request, false)
      await session.destroy()
    },

    async list(subject, options) {
      const infos = await (assembly.subjects?.list ?? withoutStore)(parts, subject, momentOf(options))
      return infos as readonly SessionInfo<D>[]
    },

    revoke: async (subject, options) =>
      (assembly.subjects?.revoke ?? withoutStore)(parts, subject, options?.except, momentOf(options)),

    settle: (session, outcome = {}) => ours(session).settle(outcome),
    stripSessionCookies: (header) => stripCookies(header ?? '', (name) => persistence.owns(name)),
    describe: () => describe(options, settings, persistence, assembly),
    emit,
    trustedHops: settings.trustedHops,
    autoTouch: settings.autoTouch,
  }
}

/** @throws SessionConfigError for an option that the store cannot serve. */
function checkTraits(settings: Settings, { name, lock, traits }: Persistence, store: SessionStore | undefined): void {
  const holder = name === 'record' ? `${store?.name} store` : name
  if (settings.lock && !lock)
    throw new SessionConfigError(`\`lock\` needs a store with a lock, and the ${holder} has none.`)
  if (settings.onConflict === 'throw' && traits.overwrites)
    throw new SessionConfigError(
      `\`onConflict: 'throw'\` needs a store that compares when it writes; the ${holder} finds out about some conflicts only.`,
    )
}

const withoutStore = (): never => {
  throw new SessionUnsupportedError('Which sessions a subject has is known to a store only. Set `store`.')
}

/** What a store reports, as an event; what breaks a promise is also said on the console, once. */
function eventOf(notice: StoreNotice): SessionEvent {
  if (notice.type === 'evicted') return notice
  warnOnce(notice.message)
  return { type: 'store-warning', message: notice.message }
}

/**
 * The envelope, made at the first use: a build may evaluate the configuration where the secret is not known. Secrets
 * that are given are checked at once.
 */
function lazyEnvelope(
  secret: Secret | readonly Secret[] | undefined,
  { name, audience }: Settings,
  suite: Suite | undefined,
): () => MaybePromise<Envelope> {
  const given = secret === undefined ? undefined : parseSecrets(secret)
  let envelope: Envelope | undefined
  return () => {
    if (envelope) return envelope
    const secrets = given ?? parseSecrets(secretOfDevelopment())
    return createKeyring(secrets).then((keyring) => {
      envelope ??= createEnvelope({ keyring, name, audience, ...(suite && { sealing: suite.sealing }) })
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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A Secure cookie would be dropped by the browser, and one without Secure be a leak. */
function warnOfPlainHttp(name: string): void {
  warnOnce(
    `the cookie ${name} was not set, because it is Secure and the request came over plain http. ` +
      'Serve https; behind a proxy that ends TLS, set `trustedHops` to the number of your proxies.',
  )
}
