import type { Call, Opened, Persistence, Step, StepResult } from '../contracts/persistence.ts'
import { SessionLockTimeoutError } from '../errors.ts'
import type { Engine, EngineParts } from './engine.ts'
import { lockSession } from './lock-session.ts'
import type { Hold } from './locking.ts'
import { sameBytes } from './same-bytes.ts'
import type { Loaded, Snapshot } from './snapshot.ts'

type Adopting = Pick<Engine, 'adopt' | 'fresh'>

/** What the engine does where sessions have locks. An entry point without stores leaves it out, and a bundler drops it. */
export type Locks = typeof locks

export const locks = {
  /** Waits until this request may have the session to itself. A session that was never written needs no lock. */
  async take(
    engine: Adopting,
    { persistence, settings, shape }: EngineParts,
    { snapshot, data }: Loaded,
    call: () => Call,
    touch: boolean,
  ): Promise<Loaded> {
    if (!snapshot.opened) return { snapshot, data }
    const locked = await lockSession(persistence, settings, snapshot.opened, call, touch)
    if (locked === 'gone') return engine.fresh('destroyed')
    const { hold, opened } = locked
    try {
      const shaped = await shape.load(opened.state)
      if (typeof shaped === 'object')
        return { data: shaped.data, snapshot: { ...(await engine.adopt(opened, shaped.bytes, snapshot)), hold } }
      await hold.release()
      return engine.fresh(shaped)
    } catch (error) {
      await hold.release()
      throw error
    }
  },

  /**
   * A touch without the lock would make its holder's write fail. While somebody holds it, the session is in use anyway.
   * `gone`: the session has ended.
   */
  async touchUnlessHeld(
    engine: Adopting,
    { persistence, settings }: EngineParts,
    snapshot: Snapshot,
    opened: Opened,
    call: Call,
  ): Promise<Snapshot | 'gone'> {
    if (!settings.lock) return snapshot
    const atOnce = { ...settings, lock: { ...settings.lock, wait: 0 } }
    const locked = await lockSession(persistence, atOnce, opened, () => call, true).catch((error: unknown) => {
      if (error instanceof SessionLockTimeoutError) return undefined
      throw error
    })
    if (locked === 'gone') return 'gone'
    await locked?.hold.release()
    // Of what others saved meanwhile this handle knows nothing: its own save has to find out.
    return locked && sameBytes(locked.opened.state.data, opened.state.data)
      ? engine.adopt(locked.opened, snapshot.baseline, snapshot)
      : snapshot
  },

  /** A session that gets another id takes its lock along: whoever waits for the old one finds the new one locked. */
  async rotate(
    hold: Hold,
    persistence: Persistence,
    from: Opened,
    step: Step & { readonly do: 'rotate' },
    call: Call,
  ): Promise<StepResult> {
    const { id } = step.next.claims
    let kept = from.state.claims.id
    try {
      await hold.extendTo(id)
      const result = await persistence.step(from, step, call)
      if (result.ok) kept = id
      return result
    } finally {
      await hold.reduceTo(kept)
    }
  },
}
