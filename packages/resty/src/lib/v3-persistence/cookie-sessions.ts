import {
  type Call,
  type Judge,
  type Opened,
  type OpenResult,
  openOne,
  type Persistence,
  type PersistenceContext,
  type Step,
  type StepResult,
  settableJar,
} from '@sojourn/core/persistence'
import { readV3Cookie } from '../v3/cookie.ts'
import type { V3Settings } from '../v3/settings.ts'
import { expireV3Cookies, setV3Cookies, v3Candidates } from './cookies.ts'
import { sealState } from './sealed-state.ts'
import { openState } from './state.ts'

/** The whole session in its cookies. The last response that sets them wins, and a copy lives until it expires. */
export function v3CookieSessions(
  context: PersistenceContext,
  settings: V3Settings,
): Pick<Persistence, 'open' | 'step'> {
  return {
    open: (call: Call, judge: Judge): Promise<OpenResult> =>
      openOne(v3Candidates(call.jar, context.name, settings.maxSize), async (value) => {
        const cookie = readV3Cookie(settings, value)
        if (!cookie.ok) return cookie
        return openState(settings, context.times, cookie.value, cookie.value.data, undefined, call, judge)
      }),

    async step(_from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'destroy') {
        expireV3Cookies(call, context, settings.maxSize)
        return { ok: true }
      }
      const sealed = await sealState(settings, context, step.next, call)
      if (!sealed.ok) return sealed
      const jar = settableJar(call)
      if (jar) setV3Cookies(jar, context, settings.maxSize, sealed.chunks, sealed.expires - call.now)
      return { ok: true, opened: { state: sealed.state, handedOff: false, reseal: false, token: undefined } }
    },
  }
}
