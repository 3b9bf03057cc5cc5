/** The two bytes of flags in a header. */
export const V4_FLAGS = {
  /** The payload is in a server storage. */
  storage: 0x0001,
  /** The user has asked not to be remembered. */
  forget: 0x0002,
  deflate: 0x0010,
  bindIp: 0x0100,
  bindScheme: 0x0200,
  bindUserAgent: 0x0400,
} as const

const KNOWN = Object.values(V4_FLAGS).reduce((all, flag) => all | flag, 0)
const BIND = V4_FLAGS.bindIp | V4_FLAGS.bindScheme | V4_FLAGS.bindUserAgent

export const hasOnlyKnownFlags = (flags: number): boolean => (flags & ~KNOWN) === 0

export const hasFlag = (flags: number, flag: number): boolean => (flags & flag) !== 0

/** Those that say what the session is bound to. */
export const bindFlagsOf = (flags: number): number => flags & BIND
