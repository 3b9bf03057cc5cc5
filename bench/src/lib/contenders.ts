import assert from 'node:assert/strict'
import { cookieHeader } from './cookies.ts'
import type { Task } from './measure.ts'
import type { Peer } from './peer.ts'
import { sessionData } from './session-data.ts'

/** So many different sessions take turns, so that nothing profits from seeing one string again and again. */
const SESSIONS = 8

export interface Contender {
  readonly peer: Peer
  readonly load: Task
  readonly save: Task
  /** Throws when the peer mixes up or loses sessions while this many are loaded and saved at the same time. */
  proveInFlight(count: number): Promise<void>
}

/** A peer with sessions of this many bytes of JSON, once it has shown that it keeps and changes them as it should. */
export async function contender(peer: Peer, bytes: number): Promise<Contender> {
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionData(bytes, 1000 + index))
  const headers: string[] = []
  for (const data of sessions) headers.push(cookieHeader(await peer.create(data)))

  const prove = async (index: number): Promise<void> => {
    const data = sessions[index % SESSIONS]
    const header = headers[index % SESSIONS] ?? ''
    const { cart, note, visits } = (await peer.load(header)) ?? {}
    assert.deepEqual({ cart, note, visits }, { cart: data?.cart, note: data?.note, visits: data?.visits })
    const later = await peer.load(cookieHeader(await peer.save(header)))
    assert.equal(later?.visits, (data?.visits ?? 0) + 1)
  }
  for (let index = 0; index < SESSIONS; index++) await prove(index)

  let turn = 0
  const next = (): string => headers[turn++ % SESSIONS] ?? ''
  return {
    peer,
    load: { name: peer.name, run: () => peer.load(next()) },
    save: { name: peer.name, run: () => peer.save(next()) },
    proveInFlight: async (count) => {
      await Promise.all(Array.from({ length: count }, (_, index) => prove(index)))
    },
  }
}
