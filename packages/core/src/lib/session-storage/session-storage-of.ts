import { clientFacts, isPrefetch } from '../binding/facts.ts'
import { writeSessionHeaders } from '../binding/response.ts'
import type { ClientFacts } from '../contracts/request.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { isChunkOf } from '../cookies/chunks.ts'
import { HeaderJar } from '../cookies/jar.ts'
import { SessionConfigError, SessionUnsupportedError } from '../errors.ts'
import type {
  CreateSession,
  FrameworkSession,
  SessionSource,
  SessionStorage,
  StorageOptions,
  StorageSession,
} from './contract.ts'
import { refuseOptions } from './refuse-options.ts'
import { withMethods } from './session-methods.ts'

/** An open session, the cookies it sets, and whether its request counts as use of it. */
interface Opened<D extends object, F> {
  readonly session: StorageSession<D, F>
  readonly jar: HeaderJar
  readonly touch: boolean
}

/**
 * The `SessionStorage` of Remix 2 and React Router on `sessions`. `createSession` is the framework's own, so that
 * `has get set flash unset` behave as they do there; flash values are kept in the data, as `__flash_NAME__`.
 */
export function sessionStorageOf<D extends object, F = D>(
  sessions: Sessions<D>,
  createSession: CreateSession,
  options: StorageOptions = {},
): SessionStorage<D, F> {
  const known = new WeakMap<object, Opened<D, F>>()
  const { name: ourName, adopts, bind } = sessions.describe()
  const isOld = (line: string): boolean => adopts.some(({ name }) => line.startsWith(`${name}=`))
  const isOurs = (line: string): boolean => isChunkOf(ourName, line.slice(0, line.indexOf('=')))

  const open = async (jar: HeaderJar, facts: ClientFacts, touch: boolean): Promise<Opened<D, F>> => {
    // Without the lock: the loaders of one request open a session each, and would wait for one another.
    const handle = await sessions.open({ jar, facts })
    return { session: withMethods(handle, createSession), jar, touch: touch && sessions.autoTouch }
  }

  const openRequest = (request: SessionSource): Promise<Opened<D, F>> => {
    const { headers, url } = request
    const scheme = url.startsWith('https:') ? 'https' : 'http'
    const facts = { ...clientFacts({ headers, scheme }, sessions.trustedHops), ...options.clientFacts?.(request) }
    return open(new HeaderJar(headers.get('cookie')), facts, !isPrefetch(headers))
  }

  const openHeader = (cookieHeader: string | null | undefined): Promise<Opened<D, F>> => {
    if (bind.length > 0)
      throw new SessionConfigError(
        `\`bind\` lists ${bind.join(', ')}, which a Cookie header does not tell: call getSession(request).`,
      )
    return open(new HeaderJar(cookieHeader), {}, true)
  }

  /** A session that the framework's own `createSession` made is a new one. */
  const find = async (session: FrameworkSession<D, F>): Promise<Opened<D, F>> => {
    const opened = known.get(session) ?? (await openHeader(undefined))
    known.set(session, opened)
    if (opened.session !== session) opened.session.data = session.data
    return opened
  }

  const commit = async (session: FrameworkSession<D, F>): Promise<readonly string[]> => {
    const opened = await find(session)
    await sessions.settle(opened.session, { touch: opened.touch, close: false })
    return opened.jar.lines
  }

  return {
    async getSession(source?: SessionSource | string | null, parseOptions?: unknown) {
      refuseOptions('getSession', parseOptions)
      const isRequest = typeof source === 'object' && source !== null
      const opened = await (isRequest ? openRequest(source) : openHeader(source))
      known.set(opened.session, opened)
      return opened.session
    },

    async commitSession(session: FrameworkSession<D, F>, cookieOptions?: unknown) {
      refuseOptions('commitSession', cookieOptions)
      const lines = await commit(session)
      if (lines.length > 1)
        throw new SessionUnsupportedError(
          `This session sets ${lines.length} cookies and commitSession returns one Set-Cookie value: answer with \`headers: await commitHeaders(session)\` instead.`,
        )
      return lines[0] ?? ''
    },

    async destroySession(session: FrameworkSession<D, F>, cookieOptions?: unknown) {
      refuseOptions('destroySession', cookieOptions)
      const opened = await find(session)
      await opened.session.destroy()
      const [line = '', ...others] = opened.jar.lines
      // Chunks open nothing without the first one. An old cookie does, whatever its first one is called.
      if (others.some((other) => isOld(other) || (isOurs(line) && !isOurs(other))))
        throw new SessionUnsupportedError(
          'An old cookie has to go as well, and destroySession returns one Set-Cookie value: call session.destroy() and answer with `headers: await commitHeaders(session)` instead.',
        )
      return line
    },

    async commitHeaders(session: FrameworkSession<D, F>) {
      const headers = new Headers()
      writeSessionHeaders(headers, await commit(session))
      return headers
    },
  }
}
