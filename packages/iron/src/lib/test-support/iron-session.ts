import {
  type IronSession,
  type SessionOptions,
  sealData as seal9,
  getIronSession as session9,
  unsealData as unseal9,
} from 'iron-session'
import { sealData as seal8, getIronSession as session8, unsealData as unseal8 } from 'iron-session-8'
import { type Browser, NAME } from './browser.ts'
import { type Data, PASSWORD } from './sessions.ts'

type Options = Partial<SessionOptions>

/** One release of the real library. */
export interface IronSessionRelease {
  readonly release: number
  readonly sealData: typeof seal9
  readonly unsealData: typeof unseal9
  /** One request to an app with iron-session, over its own Request and Headers; what it sets arrives. */
  visit<T>(browser: Browser, handler: (session: IronSession<Data>) => T | Promise<T>, options?: Options): Promise<T>
}

const visit =
  (getIronSession: typeof session9): IronSessionRelease['visit'] =>
  async (browser, handler, options = {}) => {
    const request = new Request('https://app.test/', { headers: { cookie: browser.header } })
    const response = new Response()
    const session = await getIronSession<Data>(request, response, { cookieName: NAME, password: PASSWORD, ...options })
    const result = await handler(session)
    browser.receive(response.headers.getSetCookie())
    return result
  }

export const release9: IronSessionRelease = { release: 9, sealData: seal9, unsealData: unseal9, visit: visit(session9) }

export const releases: readonly IronSessionRelease[] = [
  { release: 8, sealData: seal8, unsealData: unseal8, visit: visit(session8 as unknown as typeof session9) },
  release9,
]
