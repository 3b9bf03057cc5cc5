import type { Samples } from './measure.ts'
import { median, ratio } from './median.ts'
import type { PeerKey, Peers } from './peers/all.ts'

/** Nothing was measured: every ratio to it is NaN, and every target that needs it is reported as not measured. */
const NOTHING: Samples = { wall: [], cpu: [] }

/** What one operation cost each peer, by the keys that targets refer to. */
export class Measured {
  readonly #samples: ReadonlyMap<string, Samples>
  readonly #peers: Peers

  constructor(samples: ReadonlyMap<string, Samples>, peers: Peers) {
    this.#samples = samples
    this.#peers = peers
  }

  #of(key: PeerKey): Samples {
    return this.#samples.get(this.#peers[key]?.name ?? '') ?? NOTHING
  }

  /** How many times as long as `unit` a peer takes. */
  wall(key: PeerKey, unit: PeerKey = 'floor'): number {
    return ratio(this.#of(key).wall, this.#of(unit).wall)
  }

  /** How many times as much CPU time as `unit` a peer takes. */
  cpu(key: PeerKey, unit: PeerKey = 'floor'): number {
    return ratio(this.#of(key).cpu, this.#of(unit).cpu)
  }

  micros(key: PeerKey): number {
    return median(this.#of(key).wall)
  }
}
