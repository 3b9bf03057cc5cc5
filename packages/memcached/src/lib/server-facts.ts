import { type StoreNotice, StoreRefusedError } from '@sojourn/core/store'
import { ProtocolError } from './protocol-error.ts'
import type { Reply } from './reply-parser.ts'

/** What has to be known of a server before it is asked for anything. */
export interface ServerFacts {
  readonly version: string
  /**
   * Another one after every start. Revisions carry it: memcached numbers values from 1 again when it starts, so a
   * number alone could name another value than the one that was read.
   */
  readonly incarnation: string
  /** The option `-I`, in bytes: for a key, its value and what memcached adds. */
  readonly itemSizeMax: number
  /** `false` with the option `-M`. */
  readonly evicts: boolean
}

/** For those who run a server that does not evict. */
export const refusesWhenFull: StoreNotice = {
  type: 'warning',
  message:
    'memcached runs with -M, which refuses writes when its memory is full. A write it refuses also takes away what the ' +
    'key held: sessions end. Start it without -M, with enough memory (-m).',
}

/** What a connection asks first. Each is answered by lines `STAT <name> <value>`, then `END`. */
const questions = ['stats', 'stats settings']

/** How a server introduces itself on a new connection. */
export class Introduction {
  static readonly request: string = questions.map((question) => `${question}\r\n`).join('')
  readonly #address: string
  readonly #stats = new Map<string, string>()
  #unanswered = questions.length

  /** @param address of the server */
  constructor(address: string) {
    this.#address = address
  }

  /**
   * Takes the next line of the answer; gives the facts with the last one.
   * @throws StoreRefusedError for a server that cannot be worked with, ProtocolError for one that is no memcached
   */
  take({ code, line }: Reply): ServerFacts | undefined {
    if (code === 'STAT') {
      const [, name = '', value = ''] = line.split(' ', 3)
      this.#stats.set(name, value)
    } else if (code === 'END') {
      if (--this.#unanswered === 0) return serverFacts(this.#stats, this.#address)
    } else if (line.includes('unauthenticated')) {
      throw new StoreRefusedError(`memcached at ${this.#address} wants a password (option -Y): start it without.`)
    } else {
      throw new ProtocolError(`What listens at ${this.#address} does not introduce itself as memcached; it says`, line)
    }
    return undefined
  }
}

function serverFacts(stats: ReadonlyMap<string, string>, address: string): ServerFacts {
  const version = stats.get('version') ?? ''
  if (!isRecent(version))
    throw new StoreRefusedError(`memcached at ${address} is version ${version || 'unknown'}. Use 1.6.10 or newer.`)
  if (stats.get('cas_enabled') === 'no')
    throw new StoreRefusedError(`memcached at ${address} runs without compare-and-set (option -C): start it without.`)
  const started = Number(stats.get('time')) - Number(stats.get('uptime'))
  return {
    version,
    // With the address: servers in containers are all process 1, and may start in the same second.
    incarnation: `${address}/${stats.get('pid')}/${started}`,
    itemSizeMax: Number(stats.get('item_size_max') ?? Number.POSITIVE_INFINITY),
    evicts: stats.get('evictions') !== 'off',
  }
}

/** 1.6.10 and newer: the meta protocol was an experiment before, with other words. */
function isRecent(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > 1 || (major === 1 && (minor > 6 || (minor === 6 && patch >= 10)))
}
