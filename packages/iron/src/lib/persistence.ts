import {
  type Bytes,
  type Call,
  type CookieAttributes,
  fingerprintUnder,
  type Judge,
  type Opened,
  type OpenResult,
  openOne,
  type Persistence,
  type PersistenceContext,
  type Seconds,
  SessionConfigError,
  type Step,
  type StepResult,
  settableJar,
} from '@sojourn/core/persistence'
import { cookieNames, expireOthers, MOST_COOKIES, oversize, sealsIn, split } from './cookies.ts'
import { type Passwords, passwordOfDevelopment, passwordsOf, weaknessOf } from './passwords.ts'
import { makeSeal, openSeal, parseSeal, type SealParts } from './seal.ts'

const encoder = new TextEncoder()
const NOTHING: Bytes = new Uint8Array(0)
const NO_COOKIES: ReadonlyMap<string, string> = new Map()
/** Browsers cap a cookie's life at 400 days (RFC 6265bis section 5.5). */
const FOREVER: Seconds = 34_560_000
/** iron-session drops the cookie so much before the seal in it expires, where there is room for it. */
const SKEW: Seconds = 60

type Kept = Pick<SealParts, 'expiresAt' | 'mac' | 'passwordId'>

/** Fe26.2 seals in cookies, as iron-session keeps them. */
export function ironPersistence(context: PersistenceContext, given: Passwords | undefined): Persistence {
  const { name, attributes, persistent, maxCookies, times } = context
  if (maxCookies > MOST_COOKIES)
    throw new SessionConfigError(`\`cookie.maxCookies\` is ${maxCookies}; iron-session reads at most ${MOST_COOKIES}.`)
  const names = cookieNames(name)
  const weakness = given && weaknessOf(given)
  let known = given
  const passwords = (): Passwords => {
    known ??= passwordsOf(passwordOfDevelopment())
    return known
  }

  /** A seal that was made for longer lasts as long as it says, and one without an end until it gets one. */
  const rolledAt = (expiresAt: Seconds | undefined, now: Seconds): Seconds =>
    expiresAt === undefined || times.rolling === Infinity ? now : Math.min(expiresAt - times.rolling, now)

  /**
   * A seal knows when it ends, and nothing else: no id, no beginning, no subject. Beginning now, it outlives its adoption,
   * however long ago it was saved.
   */
  const openedOf = ({ expiresAt, mac, passwordId }: Kept, data: Bytes, now: Seconds): Opened => {
    const claims = {
      id: mac,
      began: now,
      rolled: rolledAt(expiresAt, now),
      touched: now,
      remember: false,
      stale: false,
      subject: '',
      bound: NOTHING,
      dataVersion: 0,
    }
    const hasOtherEnd = (expiresAt === undefined) !== (times.rolling === Infinity)
    const reseal = hasOtherEnd || passwordId !== passwords().newestId
    return { state: { claims, data }, handedOff: false, reseal, token: undefined }
  }

  const openValue = async (value: string, now: Seconds, judge: Judge): Promise<OpenResult> => {
    const seal = parseSeal(value)
    if (!seal) return { ok: false, refusal: 'malformed' }
    const password = passwords().byId.get(seal.passwordId)
    if (password === undefined) return { ok: false, refusal: 'unknown-key' }
    const data = await openSeal(seal, password)
    if (typeof data === 'string') return { ok: false, refusal: data }
    if (seal.expiresAt !== undefined && seal.expiresAt <= now) return { ok: false, refusal: 'expired-rolling' }
    const opened = openedOf(seal, data, now)
    const refusal = judge(opened.state)
    return refusal ? { ok: false, refusal } : { ok: true, opened }
  }

  const attributesUntil = (expiresAt: Seconds | undefined, now: Seconds): CookieAttributes => {
    if (!persistent) return attributes
    const left = expiresAt === undefined ? FOREVER : Math.max(0, expiresAt - now)
    return { ...attributes, maxAge: Math.min(left > SKEW ? left - SKEW : left, FOREVER) }
  }

  const clear = (call: Call): void => {
    const jar = settableJar(call)
    if (jar) expireOthers(jar, context, NO_COOKIES)
  }

  return {
    name: 'iron',
    traits: {
      merges: false,
      revokes: false,
      overwrites: false,
      signsIn: false,
      setsCookieOn: new Set(['create', 'save', 'touch', 'rotate', 'destroy']),
    },
    owns: (cookieName) => names.includes(cookieName),
    open: ({ jar, now }, judge) => openOne(sealsIn(jar, name), (value) => openValue(value, now, judge)),

    async step(_from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'destroy') {
        clear(call)
        return { ok: true }
      }
      const { claims, data } = step.next
      const expiresAt = times.rolling === Infinity ? undefined : claims.rolled + times.rolling
      const { text, mac } = await makeSeal(data, passwords(), expiresAt)
      const cookies = split(name, text)
      const tooLarge = oversize(context, cookies)
      if (tooLarge) return { ok: false, why: 'too-large', ...tooLarge }
      const jar = settableJar(call)
      if (jar) {
        const withAge = attributesUntil(expiresAt, call.now)
        for (const [cookieName, value] of cookies) jar.set(cookieName, value, withAge)
        expireOthers(jar, context, cookies)
      }
      return { ok: true, opened: openedOf({ expiresAt, mac, passwordId: passwords().newestId }, data, call.now) }
    },

    clear,
    fingerprint: fingerprintUnder(() => encoder.encode(passwords().newest), 'sojourn/iron session.id'),
    ...(given && { secrets: given.byId.size }),
    ...(weakness && { warnings: [weakness] }),
  }
}
