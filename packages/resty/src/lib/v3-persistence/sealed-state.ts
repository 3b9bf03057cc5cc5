import type { Bytes, Call, PersistenceContext, Seconds, State, StepResult } from '@sojourn/core/persistence'
import { splitV3, v3ChunkName } from '../v3/chunks.ts'
import { sealV3 } from '../v3/session.ts'
import type { V3Settings } from '../v3/settings.ts'
import { contentOf } from './state.ts'

/** A state in the form that lua-resty-session gives it. */
export interface SealedState {
  readonly ok: true
  readonly state: State
  readonly expires: Seconds
  /** The values of its cookies. */
  readonly chunks: readonly string[]
  /** What a store holds. */
  readonly stored: Bytes
}

type TooLarge = Extract<StepResult, { readonly why: 'too-large' }>

type Limits = Pick<PersistenceContext, 'name' | 'times' | 'maxBytes' | 'maxCookies'>

/** Under the first secret. Nothing is written anywhere. */
export async function sealState(
  settings: V3Settings,
  limits: Limits,
  next: State,
  { facts }: Call,
): Promise<SealedState | TooLarge> {
  const state = withIdOfLength(settings.idLength, next)
  const content = contentOf(state, limits.times)
  const sealed = await sealV3(settings, content, facts)
  if (!sealed) return tooLarge(state.data.length, settings.mostBytes)
  const chunks = splitV3(sealed.cookie, settings.maxSize)
  const size = sizeOf(limits.name, chunks ?? [sealed.cookie])
  const limit = Math.min(limits.maxBytes, limits.maxCookies * (settings.maxSize + 1))
  if (!chunks || chunks.length > limits.maxCookies || size > limit) return tooLarge(size, limit)
  return { ok: true, state, expires: content.expires, chunks, stored: sealed.stored }
}

const tooLarge = (size: number, limit: number): TooLarge => ({ ok: false, why: 'too-large', size, limit })

const sizeOf = (name: string, chunks: readonly string[]): number =>
  chunks.reduce((sum, chunk, at) => sum + v3ChunkName(name, at + 1).length + chunk.length, 0)

/** The ids that the engine makes have 16 bytes or more; what `random.length` allows may be shorter. */
function withIdOfLength(length: number, state: State): State {
  const { id } = state.claims
  return id.length === length ? state : { ...state, claims: { ...state.claims, id: id.slice(0, length) } }
}
