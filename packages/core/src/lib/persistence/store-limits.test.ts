import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CallOptions, memoryStore, type SessionStore, type Stored } from '../../index.ts'
import { SessionUnavailableError, StoreRefusedError } from '../errors.ts'
import { guardedStore } from './guarded-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Answer = Stored | undefined

/** A store whose reads answer when and what the test says; everything else is memory. */
class SlowStore {
  readonly asked: CallOptions[] = []
  reconnects = 0
  connected = true
  #read: () => Promise<Answer> = () => new Promise(() => undefined)

  readonly guarded: SessionStore
  readonly faults: unknown[] = []

  constructor(limits?: SessionStore['limits']) {
    const slow = this
    const store: SessionStore = {
      ...memoryStore({ name: 'slow' }),
      ...(limits && { limits }),
      get connected() {
        return slow.connected
      },
      read: (_key, options = {}) => {
        slow.asked.push(options)
        return slow.#read()
      },
      reconnect: () => {
        slow.reconnects++
      },
    }
    this.guarded = guardedStore(store, (error) => this.faults.push(error))
  }

  hangs(): void {
    this.#read = () => new Promise(() => undefined)
  }
  answers(): void {
    this.#read = async () => undefined
  }
  throws(error: Error): void {
    this.#read = () => Promise.reject(error)
  }
  throwsAtOnce(error: Error): void {
    this.#read = () => {
      throw error
    }
  }

  /** How one read ended, and after how many milliseconds. */
  async read(options?: CallOptions): Promise<{ readonly error?: unknown; readonly after: number }> {
    const from = performance.now()
    let after = Number.NaN
    const result = this.guarded.read('k', options).then(
      () => {
        after = performance.now() - from
        return undefined
      },
      (error: unknown) => {
        after = performance.now() - from
        return error
      },
    )
    await vi.advanceTimersByTimeAsync(2000)
    const error = await result
    return error === undefined ? { after } : { error, after }
  }
}

describe('a store that does not answer', () => {
  it('is given up after 250 ms, and told so', async () => {
    const store = new SlowStore()
    const { error, after } = await store.read()
    expect(error).toBeInstanceOf(SessionUnavailableError)
    expect(after).toBeGreaterThanOrEqual(250)
    expect(after).toBeLessThan(300)
    expect(store.asked[0]?.signal?.aborted).toBe(true)
  })

  it('is not asked a second time for the same read', async () => {
    const store = new SlowStore()
    await store.read()
    expect(store.asked.length).toBe(1)
  })

  it('is given the limits it asks for, and the time to connect where it has no connection', async () => {
    const store = new SlowStore({ operation: 40, connect: 100 })
    expect((await store.read()).after).toBeLessThan(60)
    store.connected = false
    const { after } = await store.read()
    expect(after).toBeGreaterThanOrEqual(140)
    expect(after).toBeLessThan(160)
  })

  it('is told to reconnect after three time-outs in a row, however many requests met them at once', async () => {
    const store = new SlowStore()
    await Promise.all([store.read(), store.read()])
    expect(store.reconnects).toBe(0)
    store.answers()
    await store.read()
    store.hangs()
    await Promise.all([store.read(), store.read(), store.read(), store.read()])
    expect(store.reconnects).toBe(1)
  })

  it('is not waited for by a request that was called off, and that is no fault of it', async () => {
    const store = new SlowStore()
    const controller = new AbortController()
    setTimeout(() => controller.abort('the client went away'), 50)
    const { error, after } = await store.read({ signal: controller.signal })
    expect({ error, after }).toEqual({ error: 'the client went away', after: 50 })
    expect(store.asked[0]?.signal?.aborted).toBe(true)
    expect(store.faults).toEqual([])
  })
})

describe('a store that fails at once', () => {
  it('is asked once more for a read', async () => {
    const store = new SlowStore()
    store.throws(new Error('connection reset'))
    const { error } = await store.read()
    expect(error).toBeInstanceOf(SessionUnavailableError)
    expect(store.asked.length).toBe(2)
  })

  it('leaves no timer behind, also when it does not even promise an answer', async () => {
    const store = new SlowStore()
    store.throwsAtOnce(new Error('not connected'))
    await expect(store.guarded.read('k')).rejects.toThrow(SessionUnavailableError)
    expect(store.asked.length).toBe(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not asked once more when it refuses', async () => {
    const store = new SlowStore()
    store.throws(new StoreRefusedError('out of memory'))
    expect((await store.read()).error).toMatchObject({
      code: 'session_unavailable',
      cause: { name: 'StoreRefusedError' },
    })
    expect(store.asked.length).toBe(1)
  })
})

describe('a store that is down', () => {
  async function down(): Promise<SlowStore> {
    const store = new SlowStore()
    for (let faults = 0; faults < 5; faults++) await Promise.all([store.read()])
    return store
  }

  it('is not asked, so that requests fail at once', async () => {
    const store = await down()
    const asked = store.asked.length
    const [probe, other] = await Promise.all([store.read(), store.read()])
    expect(store.asked.length).toBe(asked + 1)
    expect(probe?.after).toBeGreaterThanOrEqual(250)
    expect(other).toMatchObject({
      after: 0,
      error: { code: 'session_unavailable', message: expect.stringContaining('is down') },
    })
  })

  it('is probed by one request a second, and used again as soon as it answers', async () => {
    const store = await down()
    store.answers()
    const [probe, meanwhile] = await Promise.all([store.read(), store.read()])
    expect(probe).toEqual({ after: 0 })
    expect(meanwhile?.error).toBeInstanceOf(SessionUnavailableError)
    expect(await Promise.all([store.read(), store.read()])).toEqual([{ after: 0 }, { after: 0 }])
  })

  it('is probed by who waits for the answer, not by who was called off', async () => {
    const store = await down()
    const asked = store.asked.length
    await store.read({ signal: AbortSignal.abort('the client went away') })
    expect(store.asked.length).toBe(asked)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 10)
    const calledOff = store.guarded.read('k', { signal: controller.signal }).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(20)
    await calledOff
    store.answers()
    expect(await store.read()).toEqual({ after: 0 })
  })

  it('is given a new connection with every probe that times out', async () => {
    const store = await down()
    const before = store.reconnects
    await store.read()
    await store.read()
    expect(store.reconnects).toBe(before + 2)
  })

  it('is not what one lost connection makes of it, however many requests it failed', async () => {
    const store = new SlowStore()
    store.throws(new Error('connection reset'))
    await Promise.all(Array.from({ length: 20 }, () => store.read()))
    store.answers()
    expect(await store.read()).toEqual({ after: 0 })
  })

  it('is not what refusals make of it', async () => {
    const store = new SlowStore()
    store.throws(new StoreRefusedError('out of memory'))
    for (let times = 0; times < 10; times++) await store.read()
    expect(store.asked.length).toBe(10)
  })
})
