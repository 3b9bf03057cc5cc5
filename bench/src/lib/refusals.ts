import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSessions, HeaderJar, type Refusal } from '@sojourn/core'
import { cookieHeader } from './cookies.ts'
import type { Task } from './measure.ts'
import { sessionData } from './session-data.ts'

/** Where things are in the text of a sealed cookie: four characters for each three octets of docs/envelope.md. */
const KID = 4
const COMMIT = 60
const BODY = 400

/** The most that a refusal may cost: times a good load of 1 KB, or microseconds where the size is another. */
export type Limit = { readonly ofGood: number } | { readonly micros: number }

/** A cookie that must be refused, for which reason, and how it is made from the value of a good one. */
interface Spoiled {
  readonly name: string
  readonly refusal: Refusal
  readonly limit: Limit
  spoil(value: string): string
}

/** Exchanges one character for another of the same alphabet. */
function swap(value: string, at: number): string {
  return `${value.slice(0, at)}${value.charAt(at) === 'Q' ? 'g' : 'Q'}${value.slice(at + 1)}`
}

const garbage = (length: number): string => randomBytes(length).toString('base64url').slice(0, length)

const spoiled: readonly Spoiled[] = [
  { name: 'wrong version', limit: { ofGood: 0.3 }, refusal: 'malformed', spoil: (value) => `T${value.slice(1)}` },
  { name: 'unknown key id', limit: { ofGood: 0.3 }, refusal: 'unknown-key', spoil: (value) => swap(value, KID) },
  { name: 'truncated', limit: { ofGood: 1 }, refusal: 'malformed', spoil: (value) => value.slice(0, value.length / 2) },
  { name: 'tampered commitment', limit: { ofGood: 1 }, refusal: 'tampered', spoil: (value) => swap(value, COMMIT) },
  { name: 'tampered body', limit: { ofGood: 1 }, refusal: 'tampered', spoil: (value) => swap(value, BODY) },
  { name: '8 KB of garbage', limit: { micros: 10 }, refusal: 'malformed', spoil: () => `A${garbage(8191)}` },
  {
    name: '8 KB of garbage behind a genuine key id',
    limit: { micros: 10 },
    refusal: 'tampered',
    // As long as a sealed value can be, so that it gets past the check of the length: 61 + 94 * 64 + 16 octets.
    spoil: (value) => value.slice(0, 8) + garbage(8124 - 8),
  },
]

export interface Refusals {
  readonly good: Task
  readonly refused: readonly { readonly task: Task; readonly limit: Limit }[]
}

/** Opening a good cookie of 1 KB, and opening what is none. */
export async function refusals(): Promise<Refusals> {
  const sessions = createSessions({ secret: randomBytes(32) })
  const open = (header: string) => sessions.open({ jar: new HeaderJar(header) })

  const jar = new HeaderJar(null)
  const session = await sessions.open({ jar })
  session.data = sessionData(1024)
  await session.save()
  const header = cookieHeader(jar.lines)
  const valueAt = header.lastIndexOf('=') + 1
  const value = header.slice(valueAt)

  const refused: { task: Task; limit: Limit }[] = []
  for (const { name, refusal, limit, spoil } of spoiled) {
    const bad = header.slice(0, valueAt) + spoil(value)
    assert.equal((await open(bad)).refusal, refusal, name)
    refused.push({ task: { name, run: () => open(bad) }, limit })
  }
  return { good: { name: 'a good cookie', run: () => open(header) }, refused }
}
