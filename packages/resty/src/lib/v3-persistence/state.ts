import type { Bytes, Call, Judge, OpenResult, State, Times } from '@sojourn/core/persistence'
import { refused } from '../shared/decoded.ts'
import { fromUtf8, toUtf8 } from '../shared/encoding.ts'
import type { V3Cookie } from '../v3/cookie.ts'
import type { V3Claims } from '../v3/keys.ts'
import { openV3, type V3Content } from '../v3/session.ts'
import type { V3Settings } from '../v3/settings.ts'
import { refusalOfV3Times } from '../v3/times.ts'

const NOTHING: Bytes = new Uint8Array(0)

/** What a cookie's times say in ours. It does not know when the session began. */
function stateOf({ id, expires, usebefore }: V3Claims, data: Bytes, { rolling, idle }: Times): State {
  const rolled = expires - rolling
  return {
    claims: {
      id,
      began: rolled,
      rolled,
      touched: usebefore === undefined ? rolled : usebefore - idle,
      remember: false,
      stale: false,
      subject: '',
      bound: NOTHING,
      dataVersion: 0,
    },
    data,
  }
}

/**
 * As JavaScript writes it: `\/` or `1.0`, as Lua writes, would look like changes that the app made. `undefined` for what
 * JavaScript can read and not write: it is too deep.
 */
function rewritten(json: string): Bytes | undefined {
  try {
    return toUtf8(JSON.stringify(JSON.parse(json)))
  } catch {
    return undefined
  }
}

/** What a cookie says of a state. */
export function contentOf({ claims, data }: State, { rolling, idle }: Times): V3Content {
  return {
    id: claims.id,
    expires: claims.rolled + rolling,
    ...(idle < Infinity && { usebefore: claims.touched + idle }),
    data: fromUtf8(data) ?? '{}',
  }
}

/** Verifies a cookie with what is stored for it, and its times. `token` comes back with what was opened. */
export async function openState(
  settings: V3Settings,
  times: Times,
  cookie: V3Cookie,
  stored: Bytes | undefined,
  token: unknown,
  { facts, now }: Call,
  judge: Judge,
): Promise<OpenResult> {
  const opened = await openV3(settings, cookie, facts, stored)
  if (!opened.ok) return opened
  const { secretIndex } = opened.value
  const data = rewritten(opened.value.data)
  if (!data) return refused('malformed')
  const state = stateOf(cookie, data, times)
  const refusal = refusalOfV3Times(cookie, settings, now) ?? judge(state)
  return refusal ? refused(refusal) : { ok: true, opened: { state, handedOff: false, reseal: secretIndex > 0, token } }
}
