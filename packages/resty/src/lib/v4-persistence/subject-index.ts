import type { Moment, Seconds } from '@sojourn/core/persistence'
import { base64url, fromUtf8 } from '../shared/encoding.ts'
import type { V4Entry } from '../v4/entries.ts'
import { V4_SUBJECT_HASH_LENGTH, type V4NameOptions, v4IndexName, v4RawIndexName } from '../v4/storage-names.ts'
import type { IndexSets } from './index-sets.ts'

type WithSubject = V4Entry & { readonly subject: string }

/** What memcached takes. */
const LONGEST_NAME = 250

/** `store_metadata`: which sessions a subject has, by audience. Some storages keep it as a sorted set, others as text. */
export class SubjectIndex {
  readonly #sets: IndexSets
  readonly #names: V4NameOptions

  constructor(sets: IndexSets, names: V4NameOptions) {
    this.#sets = sets
    this.#names = names
  }

  async enlist(entries: readonly V4Entry[], key: string, expiresAt: Seconds, call: Moment): Promise<void> {
    for (const { audience, subject } of withSubject(entries))
      await this.#sets.add(await v4IndexName(audience, subject, this.#names), key, expiresAt, call)
  }

  /** Until it ends, a record can still be saved again: so a revocation must find it. lua-resty-session forgets it. */
  async shorten(entries: readonly V4Entry[], key: string, expiresAt: Seconds, call: Moment): Promise<void> {
    for (const { audience, subject } of withSubject(entries)) {
      const [name = '', ...raw] = await this.#namesOf(audience, subject)
      await this.#sets.shorten(name, key, expiresAt, call)
      for (const misplaced of raw) await this.#sets.remove(misplaced, key, call)
    }
  }

  async delist(entries: readonly V4Entry[], key: string, call: Moment): Promise<void> {
    for (const { audience, subject } of withSubject(entries)) await this.remove(audience, subject, key, call)
  }

  /** Also from where lua-resty-session 4.1.5 puts a session with several audiences. */
  async remove(audience: string, subject: string, key: string, call: Moment): Promise<void> {
    for (const name of await this.#namesOf(audience, subject)) await this.#sets.remove(name, key, call)
  }

  async listed(audience: string, subject: string, call: Moment): Promise<readonly string[]> {
    const keys = new Set<string>()
    for (const name of await this.#namesOf(audience, subject))
      for (const key of await this.#sets.keys(name, call)) keys.add(key)
    return [...keys]
  }

  async #namesOf(audience: string, subject: string): Promise<readonly string[]> {
    const names = [await v4IndexName(audience, subject, this.#names)]
    const raw = v4RawIndexName(audience, subject, this.#names)
    // A longer one is none that memcached could have.
    const isPossible = this.#names.style === 'redis' || raw.length <= LONGEST_NAME
    if (isPossible && !looksEncoded(subject)) names.push(raw)
    return names
  }
}

/** What could be the text or the hash of another subject, as the index of that one is called. */
function looksEncoded(subject: string): boolean {
  const bytes = base64url.decode(subject)
  return bytes !== undefined && (bytes.length === V4_SUBJECT_HASH_LENGTH || fromUtf8(bytes) !== undefined)
}

const withSubject = (entries: readonly V4Entry[]): readonly WithSubject[] =>
  entries.filter((entry): entry is WithSubject => entry.subject !== undefined && entry.subject !== '')
