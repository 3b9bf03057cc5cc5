import { base64url } from '@sojourn/core/parts'
import {
  type Bytes,
  type Call,
  type Claims,
  decodeState,
  encodeState,
  type OpenResult,
  type PersistenceFactory,
  type Revision,
  remaining,
  SessionConfigError,
  type State,
  type StepResult,
  settableJar,
  storeUntil,
} from '@sojourn/core/persistence'

/** The bare id in the cookie, as most libraries have it; the session is sealed in a store, under the hash of the id. */
export const opaqueIds: PersistenceFactory = {
  name: 'opaque-ids',
  sealsNatively: true,
  create({ name, attributes, persistent, times, store, sealer }) {
    if (!store || store.holds === 'ascii') throw new SessionConfigError('opaque-ids needs a store that holds bytes.')

    const keyOf = async (id: Bytes) =>
      store.keyOf(base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', id))))

    const read = async (id: Bytes, { now }: Call): Promise<OpenResult> => {
      const stored = await store.read(await keyOf(id))
      if (!stored) return { ok: false, refusal: 'not-found' }
      const unsealed = await (await sealer()).open('record', stored.bytes, id)
      const state = unsealed.ok ? decodeState(unsealed.payload, now) : undefined
      if (!unsealed.ok || !state) return { ok: false, refusal: unsealed.ok ? 'malformed' : unsealed.refusal }
      return { ok: true, opened: { state, handedOff: false, reseal: unsealed.reseal, token: stored.revision } }
    }

    const write = async (next: State, expected: Revision | 'absent', call: Call): Promise<StepResult> => {
      const { id } = next.claims
      const sealed = await (await sealer()).seal('record', encodeState(next), id)
      const until = storeUntil(next.claims, times, call.now)
      const written = await store.write(await keyOf(id), sealed, until, expected)
      if (written.ok) {
        const opened = { state: next, handedOff: false, reseal: false, token: written.revision }
        return { ok: true, opened }
      }
      return changedTo(await read(id, call))
    }

    /** Only if nobody wrote it since: a time that has passed makes a record absent, and `write` compares. */
    const endUnchanged = async (id: Bytes, revision: Revision) =>
      (await store.write(await keyOf(id), new Uint8Array(1), 0, revision)).ok

    const idsOf = ({ jar }: Call): Bytes[] =>
      [...new Set(jar.get(name))].flatMap((value) => {
        const id = base64url.decode(value)
        return id && id.length >= 16 && base64url.encode(id) === value ? [id] : []
      })

    function setCookie(claims: Claims, call: Call): void {
      const lasting = persistent && { maxAge: remaining(claims, times, call.now) }
      settableJar(call)?.set(name, base64url.encode(claims.id), { ...attributes, ...lasting })
    }

    const clear = (call: Call): void => settableJar(call)?.set(name, '', { ...attributes, maxAge: 0 })

    return {
      name: 'opaque-ids',
      traits: {
        merges: store.atomic,
        revokes: true,
        overwrites: !store.atomic,
        setsCookieOn: new Set(['create', 'rotate', 'destroy']),
      },
      owns: (cookieName) => cookieName === name,
      clear,

      async open(call, judge) {
        const [id, ...others] = idsOf(call)
        if (!id) return { ok: false, refusal: call.jar.get(name).length > 0 ? 'malformed' : 'missing' }
        if (others.length > 0) return { ok: false, refusal: 'ambiguous' }
        const result = await read(id, call)
        const refusal = result.ok && judge(result.opened.state)
        return refusal ? { ok: false, refusal } : result
      },

      async step(from, step, call) {
        if (step.do === 'destroy') {
          const ids = [...idsOf(call), ...(from ? [from.state.claims.id] : [])]
          for (const id of ids) await store.delete(await keyOf(id))
          clear(call)
          return { ok: true }
        }
        const { claims } = step.next
        const revision = from?.token as Revision
        const isNew = step.do === 'create' || step.do === 'rotate'
        const result = await write(step.next, isNew ? 'absent' : revision, call)
        if (!result.ok || !isNew) return result
        if (from && !(await endUnchanged(from.state.claims.id, revision))) {
          await store.delete(await keyOf(claims.id))
          return changedTo(await read(from.state.claims.id, call))
        }
        setCookie(claims, call)
        return result
      },
    }
  },
}

const changedTo = (found: OpenResult): StepResult =>
  found.ok ? { ok: false, why: 'changed', theirs: found.opened } : { ok: false, why: 'gone' }
