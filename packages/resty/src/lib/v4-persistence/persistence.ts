import type { Bytes, Call, Judge, OpenResult, Persistence } from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { base64url, concat, toUtf8 } from '../shared/encoding.ts'
import { isV4Chunk } from '../v4/chunks.ts'
import { clearCookies, destroySession, subjectSessions } from './end.ts'
import { secretsIn, weaknessOf } from './format-of.ts'
import { findSession } from './found.ts'
import type { Setup } from './setup.ts'
import { openedFrom, tokenOf } from './state.ts'
import { takeStep } from './steps.ts'
import { warningsOf } from './warnings.ts'

const SHOWN = toUtf8('sojourn session.id:')
const SHOWN_LENGTH = 24

/** Sessions in the format of lua-resty-session 4.x, in their cookies or in a store. */
export function v4Persistence(setup: Setup): Persistence {
  const { context, session, remember, format, settings } = setup
  const weakness = weaknessOf(settings)

  return {
    name: 'resty-v4',
    traits: {
      merges: false,
      revokes: context.store !== undefined,
      overwrites: false,
      setsCookieOn: new Set(['create', 'save', 'touch', 'rotate', 'destroy']),
    },
    owns: (cookieName) =>
      [session.name, remember.name].some((name) =>
        format.usesStorage ? cookieName === name : isV4Chunk(name, cookieName),
      ),

    async open(call: Call, judge: Judge): Promise<OpenResult> {
      const found = await findSession(setup, call)
      if (!found.ok) return found
      const opened = openedFrom(setup, found.value)
      // Others share the session; this audience joins them when it first saves.
      if (!opened) return { ok: false, refusal: 'missing' }
      const refusal = judge(opened.state)
      return refusal ? { ok: false, refusal } : { ok: true, opened }
    },

    async step(from, step, call) {
      if (step.do !== 'destroy') return takeStep(setup, from, step, call)
      await destroySession(setup, from && tokenOf(from), call)
      return { ok: true }
    },

    clear: (call) => clearCookies(setup, call),

    async fingerprint(id: Bytes) {
      const { hkdfKey } = await format.keySources[0]()
      const shown = base64url.encode(await platform.hkdf(hkdfKey, concat(SHOWN, id), SHOWN_LENGTH))
      return () => shown
    },

    ...(context.store && { subjects: subjectSessions(setup) }),
    secrets: Math.max(secretsIn(settings.secret).length, 1),
    warnings: warningsOf(setup, weakness),
  }
}
