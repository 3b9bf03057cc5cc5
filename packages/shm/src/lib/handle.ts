import { type CallOptions, Notices } from '@sojourn/core/store'
import { Dictionary } from './dictionary.ts'
import type { Settings } from './options.ts'
import { join, leave } from './shared.ts'

/** Opens a dictionary at the first use, and again at the next one where that failed. */
export class Handle {
  readonly notices: Notices = new Notices()
  readonly #settings: Settings
  #opening: Promise<Dictionary> | undefined
  #isOpen = false
  #isClosed = false

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  async open(call: CallOptions | undefined): Promise<Dictionary> {
    call?.signal?.throwIfAborted()
    if (this.#isClosed) throw new Error('This shmStore was disposed of.')
    this.#opening ??= this.#open()
    return await this.#opening
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isOpen = false
    const opened = await this.#opening?.catch(() => undefined)
    if (opened) await leave(this.#settings)
  }

  async #open(): Promise<Dictionary> {
    try {
      const shared = await join(this.#settings)
      this.#isOpen = !this.#isClosed
      return new Dictionary(shared, this.#settings, this.notices)
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }
}
