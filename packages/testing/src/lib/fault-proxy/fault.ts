/** `to-server` are requests, `to-client` replies. */
export type Direction = 'to-server' | 'to-client'

/** What goes wrong between a client and its server. Times in milliseconds. */
export type Fault =
  /** Nothing. */
  | { readonly kind: 'none' }
  /**
   * What is sent from now on arrives `ms` later, plus a random part of `jitter` (a whole number), in order. It still
   * does when the fault has ended. By default replies only.
   */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitter?: number; readonly direction?: Direction | 'both' }
  /** Bytes trickle. By default replies only. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number; readonly direction?: Direction | 'both' }
  /**
   * Every connection ends once it has passed this many bytes of replies, counted from the moment the fault begins: with
   * 0 when the first byte of a reply is due, so the server has had the request. `reset` ends it with RST, not FIN.
   */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly reset?: boolean }
  /** Nothing moves in any direction, not even the end of a connection. It all goes on when the fault has ended. */
  | { readonly kind: 'freeze' }
  /**
   * The other side has vanished without a word: connections stay open, new ones are accepted, and all that is sent is
   * lost. A connection that went through this stays dead when the fault has ended.
   */
  | { readonly kind: 'half-open' }
  /** New connections are reset at once; those there are go on. */
  | { readonly kind: 'refuse' }

export const faultOf = <Kind extends Fault['kind']>(
  fault: Fault,
  kind: Kind,
  direction: Direction,
): Extract<Fault, { readonly kind: Kind }> | undefined =>
  isOf(fault, kind) && hits(fault, direction) ? fault : undefined

const isOf = <Kind extends Fault['kind']>(fault: Fault, kind: Kind): fault is Extract<Fault, { readonly kind: Kind }> =>
  fault.kind === kind

function hits(fault: Fault, direction: Direction): boolean {
  if (fault.kind === 'cut') return direction === 'to-client'
  if (fault.kind !== 'delay' && fault.kind !== 'throttle') return true
  return [direction, 'both'].includes(fault.direction ?? 'to-client')
}
