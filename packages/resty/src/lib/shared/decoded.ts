import type { Refusal } from '@sojourn/core'

/** What came out of a presented value, or why it is not honoured. */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

export const decoded = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const refused = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal })
