import { describe, expect, it, test } from 'vitest'
import type { Times } from '../contracts/persistence.ts'
import type { Claims } from '../contracts/state.ts'
import { endsOf, expiry, isStale, LONGEST, remaining, renewalDue, storeUntil, touchDue, used } from './times.ts'

const T = 1_800_000_000
const DAY = 86_400

const times: Times = {
  idle: 900,
  rolling: 3600,
  absolute: DAY,
  renew: 600,
  touchEvery: 60,
  discard: 10,
  rememberRolling: 7 * DAY,
  rememberAbsolute: 30 * DAY,
}
const endless: Times = { ...times, idle: Infinity, rolling: Infinity, absolute: Infinity }

const claims = (changes: Partial<Claims> = {}): Claims => ({
  id: new Uint8Array(32),
  began: T,
  rolled: T,
  touched: T,
  remember: false,
  stale: false,
  subject: '',
  bound: new Uint8Array(),
  dataVersion: 0,
  ...changes,
})

describe('R05: a session ends', () => {
  test.each([
    ['idle', { rolled: T + 5000, began: T + 5000 }, 900, 'expired-idle'],
    ['rolling', { touched: T + 5000, began: T + 5000 }, 3600, 'expired-rolling'],
    ['absolute', { touched: T + DAY, rolled: T + DAY }, DAY, 'expired-absolute'],
  ] as const)('at the second of its %s deadline, not before and not after', (_, changes, seconds, refusal) => {
    const session = claims(changes)
    expect(expiry(session, times, T + seconds - 1)).toBeUndefined()
    expect(expiry(session, times, T + seconds)).toBe(refusal)
    expect(expiry(session, times, T + seconds + 1)).toBe(refusal)
  })

  it('for the reason that says most', () => {
    expect(expiry(claims(), times, T + 900)).toBe('expired-idle')
    expect(expiry(claims(), times, T + 3600)).toBe('expired-rolling')
    expect(expiry(claims(), times, T + DAY)).toBe('expired-absolute')
  })

  it('never, when all deadlines are off', () => {
    expect(expiry(claims(), endless, T + 100 * 365 * DAY)).toBeUndefined()
    expect(endsOf(claims(), endless, T)).toEqual({ idle: Infinity, rolling: Infinity, absolute: Infinity })
  })
})

describe('a remembered session', () => {
  const remembered = claims({ remember: true })

  it('has the fresh deadlines until one of them passes, then its own', () => {
    expect(endsOf(remembered, times, T + 899)).toEqual({ idle: T + 900, rolling: T + 3600, absolute: T + DAY })
    const own = { idle: Infinity, rolling: T + 7 * DAY, absolute: T + 30 * DAY }
    expect(endsOf(remembered, times, T + 900)).toEqual(own)
    expect(endsOf({ ...remembered, stale: true }, times, T)).toEqual(own)
  })

  it('ends at its own deadlines', () => {
    expect(expiry(remembered, times, T + 7 * DAY - 1)).toBeUndefined()
    expect(expiry(remembered, times, T + 7 * DAY)).toBe('expired-rolling')
    const renewed = { ...remembered, rolled: T + 29 * DAY, touched: T + 29 * DAY }
    expect(expiry(renewed, times, T + 30 * DAY - 1)).toBeUndefined()
    expect(expiry(renewed, times, T + 30 * DAY)).toBe('expired-absolute')
  })

  it('R13: stays stale, however fresh its times look', () => {
    const later = used(remembered, times, T + 2 * DAY, true)
    expect(later).toMatchObject({ stale: true, began: T, rolled: T + 2 * DAY })
    expect(isStale(later, times, T + 2 * DAY)).toBe(true)
    expect(isStale({ ...later, began: T + 2 * DAY }, times, T + 2 * DAY)).toBe(true)
  })

  it('renews with every use once it is stale', () => {
    expect(renewalDue(remembered, times, T + 899)).toBe(false)
    expect(renewalDue(remembered, times, T + 900)).toBe(true)
    expect(renewalDue({ ...remembered, stale: true, rolled: T + DAY }, times, T + DAY)).toBe(true)
  })
})

describe('a use', () => {
  it('is written down when touchEvery has passed', () => {
    expect(touchDue(claims(), times, T + 59)).toBe(false)
    expect(touchDue(claims(), times, T + 60)).toBe(true)
  })

  it('is written down as soon as renewal is due', () => {
    const busy = claims({ touched: T + 3000 })
    expect(touchDue(busy, times, T + 3000)).toBe(false)
    expect(touchDue(busy, times, T + 3001)).toBe(true)
  })

  it('is written down once per touchEvery at most, also where renewal is always due', () => {
    const stale = claims({ stale: true, remember: true })
    expect(touchDue(stale, times, T + times.touchEvery - 1)).toBe(false)
    expect(touchDue(stale, times, T + times.touchEvery)).toBe(true)
  })

  it('is written down only where a deadline depends on it', () => {
    expect(touchDue(claims(), { ...times, idle: Infinity, rolling: Infinity }, T + 1000)).toBe(false)
  })

  it('renews the rolling deadline when less than `renew` is left', () => {
    const busy = claims({ touched: T + 2990 })
    expect(renewalDue(busy, times, T + 3000)).toBe(false)
    expect(renewalDue(busy, times, T + 3001)).toBe(true)
    expect(renewalDue(claims(), endless, T + 1000 * DAY)).toBe(false)
  })

  it('moves what it has to and never the beginning', () => {
    expect(used(claims(), times, T + 100, false)).toEqual(claims({ touched: T + 100 }))
    expect(used(claims(), times, T + 100, true)).toEqual(claims({ touched: T + 100, rolled: T + 100 }))
  })

  it('F12: takes no time back when the clock goes back', () => {
    const session = claims({ rolled: T + 50, touched: T + 100 })
    expect(used(session, times, T - 1000, false)).toEqual(session)
    expect(used(session, times, T - 1000, true)).toEqual({ ...session, rolled: T + 100 })
  })
})

describe('what is left', () => {
  it('counts from the beginning, whatever the session was used for', () => {
    expect(remaining(claims({ rolled: T + 500, touched: T + 500 }), times, T + 500)).toBe(DAY - 500)
    expect(remaining(claims(), times, T + DAY + 1)).toBe(0)
  })

  it('is the longer of both for a remembered session', () => {
    expect(remaining(claims({ remember: true }), times, T)).toBe(30 * DAY)
    expect(remaining(claims({ remember: true }), { ...times, rememberAbsolute: 60 }, T)).toBe(DAY)
  })

  it('R24: is 400 days at most', () => {
    expect(remaining(claims(), endless, T)).toBe(LONGEST)
    expect(LONGEST).toBe(400 * DAY)
  })
})

describe('a store keeps a record', () => {
  it('a minute longer than its earliest deadline', () => {
    expect(storeUntil(claims(), times, T)).toBe(T + 960)
    expect(storeUntil(claims(), { ...times, idle: Infinity }, T)).toBe(T + 3660)
    expect(storeUntil(claims({ rolled: T + DAY, touched: T + DAY }), times, T)).toBe(T + DAY + 60)
  })

  it('as long as it may be remembered', () => {
    expect(storeUntil(claims({ remember: true }), times, T)).toBe(T + 7 * DAY + 60)
    const late = claims({ remember: true, rolled: T + 29 * DAY, touched: T + 29 * DAY })
    expect(storeUntil(late, times, T + 29 * DAY)).toBe(T + 30 * DAY + 60)
  })

  it('F12: for a time that is a number, also without deadlines', () => {
    expect(storeUntil(claims(), endless, T)).toBe(T + LONGEST + 60)
    expect(storeUntil(claims({ remember: true }), endless, T)).toBe(T + LONGEST + 60)
  })
})
