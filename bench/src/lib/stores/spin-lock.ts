import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'

/** The defaults of lua-resty-session 3. */
const STEP_MILLISECONDS = 150
const LONGEST_WAIT_SECONDS = 30
const TRIES = (LONGEST_WAIT_SECONDS * 1000) / STEP_MILLISECONDS

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const KEY = 'spin'

/** Locks as lua-resty-session 3 does on Redis: SET NX, and again after 150 ms each, up to 30 seconds. */
export class SpinLock {
  readonly #client: Redis
  readonly #lock = `${KEY}.lock`

  private constructor(client: Redis) {
    this.#client = client
  }

  static async connect(port: number, value: string): Promise<SpinLock> {
    const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true })
    await client.connect()
    await client.set(KEY, value)
    return new SpinLock(client)
  }

  /** Reads the session under the lock, and writes it after the work is done. */
  async hold(work: () => Promise<void>): Promise<void> {
    const token = randomBytes(16).toString('hex')
    await this.#acquire(token)
    const found = await this.#client.get(KEY)
    await work()
    await this.#client.set(KEY, found ?? '')
    await this.#client.eval(RELEASE, 1, this.#lock, token)
  }

  async #acquire(token: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      if ((await this.#client.set(this.#lock, token, 'EX', LONGEST_WAIT_SECONDS + 1, 'NX')) === 'OK') return
      await new Promise((resolve) => setTimeout(resolve, STEP_MILLISECONDS))
    }
    throw new Error('The spin lock gave up.')
  }

  async close(): Promise<void> {
    this.#client.disconnect()
  }
}
