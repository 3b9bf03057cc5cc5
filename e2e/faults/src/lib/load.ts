import { setTimeout as pause } from 'node:timers/promises'
import type { App } from './app-process.ts'
import { type Action, type Before, type Circumstances, judge, type Undone, WITHOUT_FAULT } from './judge.ts'
import { type Answer, send } from './send.ts'
import { User } from './user.ts'

/** One answer, and what was going on when its request was sent. */
export interface Sample {
  readonly phase: string
  readonly action: Action | 'visit' | 'idle'
  readonly status: number
  readonly sentAt: number
  readonly took: number
}

export interface LoadOptions {
  readonly users?: number
  readonly parallel?: number
  /** The longest pause of a worker between two requests, in milliseconds. */
  readonly think?: number
}

const calm: Circumstances = { isUnavailable: false, lostBefore: 0, mayBreak: false, mayUndo: false }

const paths: Readonly<Record<Action, string>> = {
  read: 'GET /me',
  inc: 'POST /inc',
  login: 'POST /login',
  logout: 'POST /logout',
}

const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)] as T

/** Many users of an app, all at once: 70 % reading, 25 % writing, 5 % signing in and out, and some visitors. */
export class Load {
  readonly users: readonly User[]
  readonly samples: Sample[] = []
  /** What should never have been answered, with the phase it was in. At most a few of a kind. */
  readonly violations: Set<string> = new Set<string>()
  /** Answers 503 when the machine was too busy to hold them against anybody. */
  excused = 0
  readonly undone: Undone = { increments: 0, logouts: 0 }
  readonly #apps: readonly App[]
  readonly #options: Required<LoadOptions>
  #phase = 'start'
  #now: Circumstances = { ...calm, isUnavailable: true }
  #workers: Promise<unknown> = Promise.resolve()
  #isRunning = false

  constructor(apps: readonly App[], { users = 200, parallel = 40, think = 60 }: LoadOptions = {}) {
    this.#apps = apps
    this.#options = { users, parallel, think }
    this.users = Array.from({ length: users }, (_, at) => new User(`user-${at}`))
  }

  /** Everybody signs in; who could not, as the processes have just begun, tries again under load. */
  async signInAll(): Promise<void> {
    const waiting = [...this.users]
    const worker = async (): Promise<void> => {
      for (let user = waiting.pop(); user; user = waiting.pop()) await this.#act(user, 'login')
    }
    await Promise.all(Array.from({ length: 20 }, worker))
  }

  start(): void {
    this.#isRunning = true
    const workers = Array.from({ length: this.#options.parallel }, () => this.#work())
    this.#workers = Promise.all([...workers, this.#visit(), ...this.#apps.map((app) => this.#measure(app))])
  }

  /** From now on, this may happen. Without `may`, nothing but right answers. */
  enter(phase: string, may: Partial<Circumstances> = {}): void {
    this.#phase = phase
    this.#now = { ...calm, lostBefore: this.#now.lostBefore, mayUndo: this.#now.mayUndo, ...may }
  }

  /** All sessions signed in until now may be gone. */
  forgiveLossUntilNow(): void {
    this.#now = { ...this.#now, lostBefore: performance.now() }
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    await this.#workers
  }

  /** Everything that was promised still holds: counters, and sessions that have ended. */
  async checkPromises(): Promise<void> {
    for (const user of this.users) {
      if (user.isSignedIn === 'yes') await this.#act(user, 'read')
      for (const cookie of user.ended) {
        const status = await this.#statusOf(cookie)
        if (status === 401) continue
        if (this.#now.mayUndo) this.undone.logouts++
        else this.#complain(`a session that had ended was answered ${status}`)
      }
    }
  }

  /**
   * Waits until requests were served well for a second, a hundred of them at least. Answers after how long the last bad
   * one was sent, in milliseconds.
   */
  async untilNormal(limit: number): Promise<number> {
    const began = performance.now()
    while (performance.now() - began < limit) {
      const since = this.samples.filter(({ sentAt, action }) => sentAt >= began && action !== 'idle')
      const failedLast = since.findLast(({ status }) => status === 503 || status === 0)
      const good = failedLast ? since.filter(({ sentAt }) => sentAt > failedLast.sentAt) : since
      const failedAt = failedLast?.sentAt ?? began
      if (good.length >= 100 && performance.now() - failedAt > 1000) return failedAt - began
      await pause(20)
    }
    return Number.POSITIVE_INFINITY
  }

  /** The longest that this machine has taken for a request that asks for no session, in milliseconds. */
  longestIdle(): number {
    return Math.max(0, ...this.samples.filter(({ action }) => action === 'idle').map(({ took }) => took))
  }

  /** A step has a limit of 250 ms: requests that ask for no session should be answered in much less. */
  #isMachineBusy(): boolean {
    const lately = performance.now() - 1000
    return this.samples
      .slice(-500)
      .some(({ action, sentAt, took }) => action === 'idle' && sentAt > lately && took > 50)
  }

  /** How a cookie is answered in the end. */
  async #statusOf(cookie: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { status } = await send(oneOf(this.#apps).port, 'GET', '/me', { cookie })
      if (status !== 503 || attempt === 20) return status
      await pause(200)
    }
  }

  #complain(complaint: string): void {
    if (this.violations.size < 20) this.violations.add(`${this.#phase}: ${complaint}`)
  }

  async #work(): Promise<void> {
    while (this.#isRunning) {
      const user = oneOf(this.users)
      await this.#act(user, this.#next(user))
      await pause(Math.random() * this.#options.think)
    }
  }

  #next(user: User): Action {
    const drawn = Math.random()
    if (user.isSignedIn === 'no' && user.inFlight === 0) return 'login'
    if (drawn > 0.95 && user.inFlight === 0 && user.isSignedIn === 'yes') return 'logout'
    return drawn > 0.7 ? 'inc' : 'read'
  }

  async #act(user: User, action: Action): Promise<void> {
    const isAlone = action === 'login' || action === 'logout'
    if (user.inFlight === Number.POSITIVE_INFINITY) return
    user.inFlight = isAlone ? Number.POSITIVE_INFINITY : user.inFlight + 1
    const [phase, earlier, sentAt] = [this.#phase, this.#now, performance.now()]
    const before: Before = { acknowledged: user.acknowledged, cookie: user.cookies.header }
    if (action === 'inc') user.sent++
    const [method = '', path = ''] = paths[action].split(' ')
    const query = action === 'login' ? `?${new URLSearchParams({ user: user.name, canary: user.canary })}` : ''
    const answer = await send(oneOf(this.#apps).port, method, path + query, { cookie: before.cookie })
    user.cookies.receive(answer.setCookies)
    user.inFlight = isAlone ? 0 : user.inFlight - 1
    this.#note(phase, action, sentAt, answer)
    const complaint = judge(user, action, answer, before, this.#either(earlier), this.undone)
    if (complaint === WITHOUT_FAULT && this.#isMachineBusy()) this.excused++
    else if (complaint) this.#complain(complaint)
  }

  /** What may happen to a request that was sent in other circumstances than it is answered in. */
  #either(earlier: Circumstances): Circumstances {
    const now = this.#now
    return {
      isUnavailable: now.isUnavailable || earlier.isUnavailable,
      lostBefore: Math.max(now.lostBefore, earlier.lostBefore),
      mayBreak: now.mayBreak || earlier.mayBreak,
      mayUndo: now.mayUndo || earlier.mayUndo,
    }
  }

  /** Visitors without a cookie notice nothing, whatever happens to the store. */
  async #visit(): Promise<void> {
    while (this.#isRunning) {
      const [phase, earlier, sentAt] = [this.#phase, this.#now, performance.now()]
      const answer = await send(oneOf(this.#apps).port, 'GET', '/me')
      this.#note(phase, 'visit', sentAt, answer)
      const isRight = answer.status === 401 && answer.setCookies.length === 0
      if (!isRight && !(answer.status === 0 && this.#either(earlier).mayBreak))
        this.#complain(`a visitor was answered ${answer.status}`)
      await pause(10)
    }
  }

  /** How long this machine takes for a request that asks for no session. */
  async #measure(app: App): Promise<void> {
    while (this.#isRunning) {
      const [phase, sentAt] = [this.#phase, performance.now()]
      this.#note(phase, 'idle', sentAt, await send(app.port, 'GET', '/idle'))
      await pause(10)
    }
  }

  #note(phase: string, action: Sample['action'], sentAt: number, { status, took }: Answer): void {
    this.samples.push({ phase, action, status, sentAt, took })
  }
}
