import type { Bytes, Claims, Opened } from '@sojourn/core/persistence'
import { base64url } from '../shared/encoding.ts'
import type { V4Entry } from '../v4/entries.ts'
import { type Found, isForgetful, isRestoredFor } from './found.ts'
import { dataBytesOf, entryOf } from './own-entry.ts'
import type { Setup } from './setup.ts'

/** What the persistence knows of a session beyond its state. */
export interface Token {
  readonly found: Found
  /** Keys of records that this handle has replaced, and that may still be there. */
  readonly earlier: readonly string[]
}

const NOTHING: Bytes = new Uint8Array(0)

export const tokenOf = (opened: Opened): Token => opened.token as Token

/** The session as the engine sees it; `undefined` when this audience has no part in it. */
export function openedFrom(setup: Setup, found: Found, earlier: readonly string[] = []): Opened | undefined {
  const own = entryOf(setup.context.audience, found)
  const claims = own && claimsOf(found, own)
  if (!own || !claims) return undefined
  const token: Token = { found, earlier }
  const cookies = [found.session, found.remember]
  return {
    state: { claims, data: dataBytesOf(own, setup) },
    handedOff: false,
    reseal: !found.session || cookies.some((presented) => presented !== undefined && presented.cookie.secretIndex > 0),
    token,
  }
}

function claimsOf(found: Found, { audience, subject = '' }: V4Entry): Claims | undefined {
  const { session, remember } = found
  const isRestored = isRestoredFor(audience, found)
  const presented = session ?? remember
  if (!presented) return undefined
  const { header } = presented.cookie
  const rolled = header.began + header.rollingOffset
  return {
    // What stands for the id in the store, where there is one: the index knows nothing else.
    id: (presented.key !== '' && base64url.decode(presented.key)) || header.id,
    began: isRestored ? (remember ?? presented).cookie.header.began : header.began,
    rolled,
    touched: rolled + header.idlingOffset,
    remember: isRestored || (remember !== undefined && !isForgetful(found)),
    stale: isRestored,
    subject,
    bound: NOTHING,
    dataVersion: 0,
  }
}
