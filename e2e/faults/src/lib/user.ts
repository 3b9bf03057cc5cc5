import { Cookies } from './cookies.ts'

/**
 * One user with one browser, and what the app has promised them. Requests of one user run side by side; signing in
 * and out waits for the user to be alone.
 */
export class User {
  readonly name: string
  /** A secret in this user's session that nobody else may ever see. */
  readonly canary: string
  readonly cookies: Cookies = new Cookies()
  /** `maybe`: a logout was not acknowledged, and may still take effect. */
  isSignedIn: 'yes' | 'no' | 'maybe' = 'no'
  /** On the clock of `performance.now()`. */
  signedInAt = 0
  /** Increments of this session that were sent, and those of them that were acknowledged. */
  sent = 0
  acknowledged = 0
  inFlight = 0
  /** Cookie headers of sessions that have ended: none of them may ever open again. */
  readonly ended: string[] = []

  constructor(name: string) {
    this.name = name
    this.canary = `canary-${name}-${crypto.randomUUID()}`
  }

  begin(): void {
    this.isSignedIn = 'yes'
    this.signedInAt = performance.now()
    this.sent = this.acknowledged = 0
  }

  end(cookieHeader: string): void {
    this.isSignedIn = 'no'
    this.ended.push(cookieHeader)
  }
}
