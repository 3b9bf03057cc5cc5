import {
  type Bytes,
  type Expect,
  type Revision,
  type Seconds,
  type Stored,
  StoreRefusedError,
  type Written,
} from '@sojourn/core/store'
import { ProtocolError } from './protocol-error.ts'
import type { Reply } from './reply-parser.ts'
import type { ServerFacts } from './server-facts.ts'

/** One command of the meta protocol, and how to understand its answer. */
export interface Command<T> {
  /** @param opaque comes back in the reply, which shows what it replies to */
  encode(opaque: string, server: ServerFacts): Buffer
  /** @throws ProtocolError for a reply that does not fit */
  decode(reply: Reply, server: ServerFacts): T
}

/** Up to this many seconds memcached counts from now; what is more it takes for a point in time. */
const LONGEST_RELATIVE: Seconds = 30 * 86_400
/** What an item takes besides its key and its value, where compare-and-set is on and client flags are not set. */
const ITEM_OVERHEAD = 59
/** memcached counts up from 1 and never gets here. */
const NO_CAS = '18446744073709551615'
const LONGEST_KEY = 250

/** @throws StoreRefusedError for a key that memcached would misunderstand, before it sees any of it. */
export function checkedKey(key: string): string {
  if (key.length <= LONGEST_KEY && /^[!-~]+$/.test(key)) return key
  throw new StoreRefusedError(
    `A memcached key is 1 to ${LONGEST_KEY} characters of visible ASCII, not ${key.length}: ${JSON.stringify(key.slice(0, 60))}`,
  )
}

/**
 * An expiry as memcached wants it. Seconds from now where it understands them, so that the clocks of the two machines
 * need not agree; a point in time where it must be.
 * @param now epoch milliseconds
 */
export function timeToLive(expiresAt: Seconds, now: number): number {
  const left = Math.ceil(expiresAt - now / 1000)
  if (left <= 0) return -1
  return left <= LONGEST_RELATIVE ? left : expiresAt
}

export function getCommand(key: string): Command<Stored | undefined> {
  return {
    encode: (opaque) => Buffer.from(`mg ${key} c v O${opaque}\r\n`, 'latin1'),
    decode(reply, server) {
      if (reply.code === 'EN') return undefined
      if (reply.code !== 'VA' || !reply.value) throw unexpected(reply)
      return { bytes: reply.value, revision: revisionOf(reply, server) }
    },
  }
}

export function setCommand(key: string, value: Bytes, ttl: number, expect: Expect): Command<Written> {
  return {
    encode(opaque, server) {
      refuseTooLarge(key.length + value.length + ITEM_OVERHEAD, server.itemSizeMax)
      const line = `ms ${key} ${value.length} c T${ttl}${condition(expect, server)} O${opaque}\r\n`
      const octets = Buffer.allocUnsafe(line.length + value.length + 2)
      octets.write(line, 'latin1')
      octets.set(value, line.length)
      octets.write('\r\n', line.length + value.length, 'latin1')
      return octets
    },
    decode(reply, server) {
      if (reply.code === 'HD') return { ok: true, revision: revisionOf(reply, server) }
      if (reply.code === 'NS' && expect === 'absent') return { ok: false, why: 'exists' }
      if (reply.code === 'EX') return { ok: false, why: 'changed' }
      if (reply.code === 'NF') return { ok: false, why: 'gone' }
      throw unexpected(reply)
    },
  }
}

/** Answers whether the key is now absent: it is not when `revision` is no longer what it holds. */
export function deleteCommand(key: string, revision?: Revision): Command<boolean> {
  return {
    encode: (opaque, server) =>
      Buffer.from(`md ${key}${revision ? condition(revision, server) : ''} O${opaque}\r\n`, 'latin1'),
    decode(reply) {
      if (reply.code === 'HD' || reply.code === 'NF') return true
      if (reply.code === 'EX' && revision) return false
      throw unexpected(reply)
    },
  }
}

/** The number that memcached gave the value, and who counted it. */
function revisionOf(reply: Reply, { incarnation }: ServerFacts): Revision {
  const [, cas] = / c(\d+)(?: |$)/.exec(reply.line) ?? []
  if (!cas) throw unexpected(reply)
  return `${cas}@${incarnation}` as Revision
}

function condition(expect: Expect, { incarnation }: ServerFacts): string {
  if (expect === 'any') return ''
  if (expect === 'absent') return ' ME'
  const at = expect.indexOf('@')
  return ` C${expect.slice(at + 1) === incarnation ? expect.slice(0, at) : NO_CAS}`
}

/** memcached itself would say so too, but drop the value that the key had. */
function refuseTooLarge(size: number, itemSizeMax: number): void {
  if (size <= itemSizeMax) return
  throw new StoreRefusedError(
    `An item of ${size} bytes is too large for memcached, which takes ${itemSizeMax}. Start it with a larger -I.`,
  )
}

const unexpected = (reply: Reply): ProtocolError => new ProtocolError('memcached gave an unexpected answer', reply.line)
