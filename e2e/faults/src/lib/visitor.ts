import { setTimeout as pause } from 'node:timers/promises'
import type { App } from './app-process.ts'
import { Cookies } from './cookies.ts'
import { type Answer, type SendOptions, send } from './send.ts'

/** How long something may take to come about on a busy machine, in milliseconds. */
const PATIENCE = 15_000

/** One user with one browser, for experiments that take one step after the other. */
export class Visitor {
  readonly name: string
  readonly canary: string
  readonly cookies: Cookies = new Cookies()
  readonly #apps: readonly App[]
  #sent = 0

  constructor(apps: readonly App[], name: string) {
    this.#apps = apps
    this.name = name
    this.canary = `canary-${name}-${crypto.randomUUID()}`
  }

  signIn(app?: App): Promise<Answer> {
    return this.post(`/login?${new URLSearchParams({ user: this.name, canary: this.canary })}`, app)
  }

  get(path: string, app?: App): Promise<Answer> {
    return this.send('GET', path, app)
  }

  post(path: string, app?: App): Promise<Answer> {
    return this.send('POST', path, app)
  }

  /** To one process after the other, unless one is named. The cookies of the answer are kept. */
  async send(method: string, path: string, app?: App, options: SendOptions = {}): Promise<Answer> {
    const to = app ?? this.#apps[this.#sent++ % this.#apps.length]
    if (!to) throw new Error('There is no app.')
    const answer = await send(to.port, method, path, { cookie: this.cookies.header, ...options })
    this.cookies.receive(answer.setCookies)
    return answer
  }

  /** Whether an answer shows this user's session. */
  owns({ status, body }: Answer): boolean {
    return status === 200 && body.user === this.name && body.canary === this.canary
  }

  async until(isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`It did not come about in ${PATIENCE} ms.`)
      await pause(20)
    }
  }
}
