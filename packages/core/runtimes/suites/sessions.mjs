/**
 * Sessions through the package's public entries, as an app uses them.
 * @import { Tests } from './tests.mjs'
 * @import { Session, Sessions, SessionOptions } from '@sojourn/core'
 */
import { createSessions, memoryStore } from '@sojourn/core'
import { createSessions as createCookieSessions, HeaderJar } from '@sojourn/core/cookie'
import { holds, same } from './tests.mjs'

/** @typedef {{ name: string, count: number, text: string }} Data */

// Workers have no random bytes before the first request, so secrets are made within the tests.
const newSecret = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return `base64:${btoa(String.fromCharCode(...bytes))}`
}
/** @type {Record<string, (options?: Partial<SessionOptions<Data>>) => Sessions<Data>>} */
const kinds = {
  cookie: (options) => createCookieSessions({ secret: newSecret(), ...options }),
  record: (options) => createSessions({ secret: newSecret(), store: memoryStore(), ...options }),
}

/** The cookies of one browser. */
class Browser {
  /** @type {Map<string, string>} */
  cookies = new Map()

  /** @param {Sessions<Data>} sessions @param {(session: Session<Data>) => Promise<void>} handle */
  async request(sessions, handle) {
    const jar = new HeaderJar([...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const session = await sessions.start({ jar })
    await handle(session)
    await session.close()
    for (const line of jar.lines) {
      const [pair = ''] = line.split('; ')
      const name = pair.slice(0, pair.indexOf('='))
      if (line.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, pair.slice(name.length + 1))
    }
  }
}

/** @param {Browser} browser @param {Sessions<Data>} sessions @param {(session: Session<Data>) => void} change */
const write = (browser, sessions, change) =>
  browser.request(sessions, async (session) => {
    change(session)
    await session.save()
  })

/** @type {Tests} */
export const sessionTests = Object.fromEntries(
  Object.entries(kinds).flatMap(([kind, create]) => {
    /** @type {Tests} */
    const tests = {
      'a session is started, changed and destroyed': async () => {
        const [sessions, browser] = [create(), new Browser()]
        await browser.request(sessions, async (session) => same('present', session.present, false))
        same('cookies of a reader', browser.cookies.size, 0)
        await write(browser, sessions, (session) => Object.assign(session.data, { name: 'Ada', count: 1 }))
        await write(browser, sessions, (session) => Object.assign(session.data, { count: 2 }))
        await browser.request(sessions, async (session) => same('data', session.data, { name: 'Ada', count: 2 }))
        await browser.request(sessions, (session) => session.destroy())
        same('cookies after destroy', browser.cookies.size, 0)
      },

      'a sign-in changes the id and keeps the data': async () => {
        const [sessions, browser] = [create(), new Browser()]
        let before = ''
        await write(browser, sessions, (session) => Object.assign(session.data, { name: 'Ada' }))
        await browser.request(sessions, async (session) => {
          before = session.id
          await session.signIn('ada')
        })
        await browser.request(sessions, async (session) => {
          same('subject and name', [session.subject, session.data.name], ['ada', 'Ada'])
          holds('the id is another', before && session.id !== before)
        })
      },

      'a changed cookie and one of another secret are refused': async () => {
        const [sessions, browser] = [create(), new Browser()]
        await write(browser, sessions, (session) => Object.assign(session.data, { name: 'Ada' }))
        await browser.request(create(), async (session) => same('refusal', session.refusal, 'unknown-key'))
        const [name = '', value = ''] = [...browser.cookies].flat()
        browser.cookies.set(name, `${value.slice(0, 100)}${value[100] === 'A' ? 'B' : 'A'}${value.slice(101)}`)
        await browser.request(sessions, async (session) => same('refusal', session.refusal, 'tampered'))
      },

      'a session ends when it is idle': async () => {
        let now = Date.now()
        const [sessions, browser] = [create({ idle: 900, now: () => now }), new Browser()]
        await write(browser, sessions, (session) => Object.assign(session.data, { name: 'Ada' }))
        now += 901_000
        await browser.request(sessions, async (session) => same('refusal', session.refusal, 'expired-idle'))
      },

      'a missing secret is an error that says how to make one': async () => {
        const error = await new Browser()
          .request(create({ secret: undefined }), (session) => session.signIn('ada'))
          .catch((thrown) => thrown)
        same('code', error?.code, 'session_config')
        holds('the message helps', error.message.includes('openssl rand -base64 32'))
      },
    }
    return Object.entries(tests).map(([title, test]) => [`${kind}: ${title}`, test])
  }),
)

sessionTests['cookie: a session of 6 KB takes three cookies'] = async () => {
  const [sessions, browser] = [createCookieSessions({ secret: newSecret() }), new Browser()]
  const text = 'x'.repeat(6000)
  await write(browser, sessions, (session) => Object.assign(session.data, { text }))
  same('cookies', browser.cookies.size, 3)
  await browser.request(sessions, async (session) => same('length', session.data.text?.length, text.length))
}

sessionTests['record: parallel updates all count'] = async () => {
  const sessions = createSessions({ secret: newSecret(), store: memoryStore() })
  const browser = new Browser()
  await write(browser, sessions, (session) => Object.assign(session.data, { count: 0 }))
  const increment = () =>
    browser.request(sessions, (session) =>
      session.update((data) => {
        data.count = (data.count ?? 0) + 1
      }),
    )
  await Promise.all(Array.from({ length: 5 }, increment))
  await browser.request(sessions, async (session) => same('count', session.data.count, 5))
}
