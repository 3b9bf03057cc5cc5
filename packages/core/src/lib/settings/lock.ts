import type { LockOptions } from '../contracts/options.ts'
import type { Milliseconds, Seconds } from '../contracts/store.ts'
import { whole, wrong } from './checks.ts'

/** The waiting times of a lock, with every default filled in. */
export interface LockSettings {
  readonly wait: Seconds
  readonly lease: Seconds
  readonly hold: Seconds
  readonly firstStep: Milliseconds
  readonly stepRatio: number
  readonly longestStep: Milliseconds
}

/** `undefined`: no lock. Throws `SessionConfigError` naming the option and the fix. */
export function lockSettings(option: boolean | LockOptions | undefined): LockSettings | undefined {
  if (option === undefined || option === false) return undefined
  if (option !== true && (typeof option !== 'object' || option === null))
    throw wrong('lock', option, 'true, false or an object such as { wait: 5, lease: 10 }')
  const {
    wait = 5,
    lease = 10,
    hold = 60,
    firstStep = 5,
    stepRatio = 1.5,
    longestStep = 30,
  } = option === true ? {} : option
  if (typeof stepRatio !== 'number' || !(stepRatio >= 1 && stepRatio <= 10))
    throw wrong('lock.stepRatio', stepRatio, 'a number from 1 to 10')
  return {
    wait: whole('lock.wait', wait, 0, 3600, ' seconds'),
    lease: whole('lock.lease', lease, 1, 3600, ' seconds'),
    hold: whole('lock.hold', hold, 1, 86_400, ' seconds'),
    firstStep: whole('lock.firstStep', firstStep, 1, 60_000, ' milliseconds'),
    stepRatio,
    longestStep: whole('lock.longestStep', longestStep, 1, 60_000, ' milliseconds'),
  }
}
