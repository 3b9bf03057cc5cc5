import type { CallOptions, Milliseconds, Notices } from '@sojourn/core/store'
import { collectExpired } from './collect.ts'
import type { Settings } from './options.ts'
import { RecentPositions } from './recent-positions.ts'
import { Room } from './room.ts'
import type { Shared } from './shared.ts'
import { runChange } from './writes.ts'

const COLLECT_EVERY = 1000
/** Changes under way; what can wait is then left out. */
const BUSY = 16

/** One store's view of a dictionary. */
export class Dictionary {
  readonly shared: Shared
  /** Bytes. */
  readonly size: number
  readonly now: () => Milliseconds
  readonly room: Room
  readonly notices: Notices
  readonly recent: RecentPositions = new RecentPositions()
  #collectedAt = 0
  #changes = 0

  constructor(shared: Shared, { size, now }: Settings, notices: Notices) {
    this.shared = shared
    this.size = size
    this.now = now
    this.notices = notices
    this.room = new Room(this)
  }

  /** Reads what is there now, from all tables as of one moment, and keeps nobody from using old pages again. */
  look<T>(read: () => T): T {
    const { records, isClosed } = this.shared
    if (isClosed) throw new Error('This shmStore was disposed of.')
    records.resetReadTxn()
    try {
      return read()
    } finally {
      records.resetReadTxn()
    }
  }

  get isBusy(): boolean {
    return this.shared.steps > BUSY
  }

  /** `growth`: how many pages the change may add. */
  async change(growth: number, change: () => Promise<boolean>, call?: CallOptions): Promise<boolean> {
    this.#collectInPassing()
    return await runChange(this.shared, growth, change, call)
  }

  /** Taking away needs no room of its own. */
  async remove(removal: () => Promise<boolean>, call?: CallOptions): Promise<boolean> {
    this.room.prepareRemoval()
    return await runChange(this.shared, 0, removal, call)
  }

  /** Two looks for each change are enough to keep up with however much is added. */
  #collectInPassing(): void {
    this.#changes++
    const now = this.now()
    if (Math.abs(now - this.#collectedAt) < COLLECT_EVERY) return
    this.#collectedAt = now
    const looks = 16 + 2 * this.#changes
    this.#changes = 0
    // A failure is met again by the next change that needs room.
    void collectExpired(this, looks).catch(() => 0)
  }
}
