import type { Strategy } from '@sojourn/core'

/** A new id when asked for, and with the first save after ten minutes. */
export const everyTenMinutes: Strategy = ({ verb, age, handedOff }) =>
  !handedOff && (verb === 'regenerate' || age >= 600) ? 'rotate' : 'keep'
