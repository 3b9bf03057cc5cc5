import type {
  Call,
  Judge,
  Opened,
  OpenResult,
  Persistence,
  PersistenceContext,
  Step,
  StepResult,
} from '../contracts/persistence.ts'
import { isChunkOf } from '../cookies/chunks.ts'
import { chain } from '../crypto/chain.ts'
import { decodeState, encodeState } from '../envelope/payload.ts'
import { expireCookies, openCookies, oversize, setCookies, settableJar } from './session-cookies.ts'

/**
 * The whole session in its cookie: no server. There is no merge point, so the last response that sets the cookie
 * wins, and a copied cookie lives until its deadline.
 */
export function cookiePersistence(context: PersistenceContext): Persistence {
  const { name, sealer } = context
  const opened = (state: Opened['state'], reseal: boolean): Opened => ({
    state,
    handedOff: false,
    reseal,
    token: undefined,
  })

  return {
    name: 'cookie',
    traits: {
      merges: false,
      revokes: false,
      overwrites: false,
      setsCookieOn: new Set(['create', 'save', 'touch', 'rotate', 'destroy']),
    },
    owns: (cookieName) => isChunkOf(name, cookieName),

    open: ({ jar, now }: Call, judge: Judge): Promise<OpenResult> =>
      openCookies(jar, context, (value) =>
        chain(
          chain(sealer(), (opener) => opener.openText('session', value)),
          (unsealed): OpenResult => {
            if (!unsealed.ok) return unsealed
            const state = decodeState(unsealed.payload, now)
            const refusal = state ? judge(state) : 'malformed'
            return state && !refusal
              ? { ok: true, opened: opened(state, unsealed.reseal) }
              : { ok: false, refusal: refusal ?? 'malformed' }
          },
        ),
      ),

    async step(_from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'destroy') {
        expireCookies(call, context)
        return { ok: true }
      }
      const value = await (await sealer()).sealText('session', encodeState(step.next))
      const tooLarge = oversize(context, value)
      if (tooLarge) return { ok: false, why: 'too-large', ...tooLarge }
      const jar = settableJar(call)
      if (jar) setCookies(jar, context, value, step.next.claims, call.now)
      return { ok: true, opened: opened(step.next, false) }
    },

    clear: (call) => expireCookies(call, context),
  }
}
