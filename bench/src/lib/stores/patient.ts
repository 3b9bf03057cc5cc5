import type { SessionStore } from '@sojourn/core/store'

/** The peers wait as long as it takes: a machine that stands still for a moment shall make nobody fail. */
const limits = { connect: 10_000, operation: 10_000 }

/** The same store, and the engine has more patience with it than it asks for. */
export const patient = (store: SessionStore): SessionStore => Object.assign(store, { limits })
