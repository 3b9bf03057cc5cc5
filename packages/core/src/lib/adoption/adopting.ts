import { platform } from '#crypto'
import type { Call, Judge, Opened, OpenResult, Persistence, Step, StepResult } from '../contracts/persistence.ts'
import type { Jar, ReadJar } from '../contracts/request.ts'
import type { Refusal, State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import { presentValues } from '../cookies/chunks.ts'
import type { DataFormat } from '../engine/data.ts'
import { boundFacts } from '../engine/facts.ts'
import { encodeState } from '../envelope/payload.ts'
import type { NativeContext } from '../persistence/native-context.ts'
import { settableJar } from '../persistence/session-cookies.ts'
import { adoptedIds } from './adopted-ids.ts'
import type { Adopter, OldSession } from './adopter.ts'

/**
 * The first cookie of a native session in base64url or hex (docs/envelope.md), also where it is the first of several. The
 * length and the end count: a random id of another library may begin like it.
 */
const NATIVE = /^(?:[2-9]\.)?(?:U[w-z\d_-]|53)[\w-]{120,}$/

/**
 * A persistence that also honours old cookies, where a request has none of its own. Such a session is served at once and
 * becomes one of ours with the first step. Its id is derived from the old one, so that it is created once: whoever comes
 * second finds it, or finds it dead.
 */
export function adopting(
  own: Persistence,
  adopters: readonly Adopter[],
  format: DataFormat,
  context: NativeContext,
): Persistence {
  const { name, idLength, bind, sealer, report } = context
  /** Whose cookie the request's session came from: it goes when ours stands in its place. */
  const sources = new WeakMap<ReadJar, Adopter>()

  const active = ({ now }: Call): readonly Adopter[] => adopters.filter(({ until }) => now < until)

  /** An old cookie of our name is known by how it looks; whatever else has our name is ours, however bad it is. */
  const isOurs = (value: string, call: Call): boolean =>
    NATIVE.test(value) || !active(call).some((adopter) => adopter.name === name && adopter.resembles(value))

  const isPresented = ({ jar }: Call, adopter: Adopter): boolean =>
    presentValues(jar, adopter.name).some(adopter.resembles)

  /**
   * Those whose cookies the request may carry, of which the first may be missing (iron-session's `name.0`); none where it
   * has a cookie of ours, not even in place of a refused one.
   */
  const concerned = (call: Call): readonly Adopter[] => {
    if (presentValues(call.jar, name).some((value) => isOurs(value, call))) return []
    return active(call).filter(
      (adopter) => presentValues(call.jar, adopter.name).length === 0 || isPresented(call, adopter),
    )
  }

  async function adopt(adopter: Adopter, old: OldSession, call: Call, judge: Judge): Promise<OpenResult> {
    const isKnown = old.id.length > 0
    const ids = isKnown ? await adoptedIds(await sealer(), adopter, old.id, idLength) : []
    const [id = platform.randomBytes(idLength)] = ids
    const state = await stateOf(old, id, call)
    const refusal = state ? judge(state) : 'malformed'
    if (!state || refusal) return { ok: false, refusal: refusal ?? 'malformed' }
    const found = own.locate && (await locate(own.locate, ids, call))
    if (found && !found.ok) return found
    const ended = found && judge(found.opened.state)
    if (ended) return { ok: false, refusal: ended }
    sources.set(call.jar, adopter)
    return found ?? { ok: true, opened: { state, handedOff: false, reseal: false, unissued: true, token: undefined } }
  }

  /** The old session as one of ours; `undefined` when it has what ours cannot keep. */
  async function stateOf({ began, subject, data }: OldSession, id: Bytes, call: Call): Promise<State | undefined> {
    const bound = await boundFacts(bind, call.facts)
    const times = { began, rolled: call.now, touched: call.now }
    const claims = { ...times, id, subject, bound, remember: false, stale: false, dataVersion: 0 }
    if (format.findFault(data)) return undefined
    try {
      const state = { claims, data: format.encode(data) }
      encodeState(state)
      return state
    } catch {
      return undefined
    }
  }

  async function issue(from: Opened, step: Step, call: Call): Promise<StepResult> {
    if (step.do === 'destroy') return end(from, call)
    const isRotation = step.do === 'rotate'
    const created = await own.step(undefined, { do: 'create', next: isRotation ? from.state : step.next }, call)
    if (!created.ok) return created
    await report({ type: 'adopted', from: sources.get(call.jar)?.format ?? '' }, from.state.claims.id)
    const opened = created.opened && { ...created.opened, unissued: false }
    // From the derived id, so that it leads whoever still has the old cookie to the new one, or to nothing.
    return isRotation && opened ? own.step(opened, step, call) : { ok: true, ...(opened && { opened }) }
  }

  /** Where endings are remembered, the session has to be there first. The browser never hears of its cookie. */
  async function end(from: Opened, call: Call): Promise<StepResult> {
    const unheard: Call = { ...call, jar: { get: (cookie) => call.jar.get(cookie) } }
    const created = own.traits.revokes
      ? await own.step(undefined, { do: 'create', next: from.state }, unheard)
      : undefined
    const standing = created?.ok ? created.opened : created?.why === 'changed' ? created.theirs : undefined
    return standing ? own.step(standing, { do: 'destroy' }, unheard) : { ok: true }
  }

  /**
   * Whose cookies go with this step, the surest first: the one that ours now replaces. With a new id also others that the
   * request carries, or a planted one would wait there until ours is gone; at the end all.
   */
  const leaving = (step: Step, call: Call): ReadonlySet<Adopter> => {
    const source = sources.get(call.jar)
    const givesId = step.do === 'create' || step.do === 'rotate'
    const carried = givesId || step.do === 'destroy' ? active(call).filter((adopter) => isPresented(call, adopter)) : []
    return new Set([...(source ? [source] : []), ...carried, ...(step.do === 'destroy' ? active(call) : [])])
  }

  /** Expires old cookies, each once: two adopters of one name may know different paths. */
  function clearOld(adopters: ReadonlySet<Adopter>, step: Step, call: Call): void {
    const jar = settableJar(call)
    if (!jar) return
    const cleared = new Set<string>()
    const set: Jar['set'] = (cookie, ...rest) => {
      if (cleared.has(cookie) || (step.do !== 'destroy' && own.owns(cookie))) return
      cleared.add(cookie)
      jar.set(cookie, ...rest)
    }
    for (const adopter of adopters) adopter.clear({ ...call, jar: { get: (cookie) => jar.get(cookie), set } })
  }

  return {
    ...own,
    owns: (cookieName) => own.owns(cookieName) || adopters.some((adopter) => adopter.owns(cookieName)),

    async open(call, judge) {
      let refusal: Refusal = 'missing'
      for (const adopter of concerned(call)) {
        const old = await adopter.read(call)
        if (typeof old === 'object') return adopt(adopter, old, call, judge)
        if (old !== 'missing') refusal = old
      }
      return refusal === 'missing' ? own.open(call, judge) : { ok: false, refusal }
    },

    async step(from, step, call) {
      // Asked before the step sets cookies, which may be of the same name.
      const old = leaving(step, call)
      const result = from?.unissued ? await issue(from, step, call) : await own.step(from, step, call)
      if (result.ok) clearOld(old, step, call)
      return result
    },
  }
}

/** The session that one of these ids has become, or why it is over; `undefined` when there never was one. */
async function locate(
  look: NonNullable<Persistence['locate']>,
  ids: readonly Bytes[],
  call: Call,
): Promise<OpenResult | undefined> {
  for (const id of ids) {
    const found = await look(id, call)
    if (found.ok || found.refusal !== 'not-found') return found
  }
  return undefined
}
