import { createSessions, type SessionOptions } from '@sojourn/core'
import { expect } from 'vitest'
import { testCookieJar } from '../cookie-jar.ts'

type Data = Record<string, unknown>
type Parts = Omit<SessionOptions<Data>, 'schema'>

const secret: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(32))

export const sessionsWith = (parts: Parts): ReturnType<typeof createSessions<Data>> =>
  createSessions<Data>({ secret, name: 'session', ...parts })

/** Sessions keep their data with a part, and a cookie that has a character changed is refused. */
export async function expectSessionsKept(parts: Parts): Promise<void> {
  const sessions = sessionsWith(parts)
  const jar = testCookieJar()
  const session = await sessions.open({ jar })
  const data = { name: 'Ada', notes: 'tea, please. '.repeat(120) }
  Object.assign(session.data, data)
  await session.save()
  expect((await sessions.open({ jar: jar.next() })).data).toEqual(data)

  const header = jar.header()
  for (const at of [20, Math.floor(header.length / 2), header.length - 5]) {
    const letter = header[at] === 'a' ? 'b' : 'a'
    const changed = testCookieJar(header.slice(0, at) + letter + header.slice(at + 1))
    expect(await sessions.open({ jar: changed })).toMatchObject({ present: false, data: {} })
  }
}
