import {
  createCookieSessionStorage,
  createSession,
  isSession,
  type Session,
  type SessionStorage,
} from '@remix-run/node'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessions } from './index.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  name: string
  list: string[]
}
interface Flash {
  name: string
  notice: string
}
type Storage = SessionStorage<Data, Flash>

const secret = 'a secret of these tests, long enough for the rule'
const cookie = { name: 'session', secrets: [secret], path: '/' }

describe.each<[string, () => Storage]>([
  ["Remix's own cookie storage", () => createCookieSessionStorage<Data, Flash>({ cookie })],
  ['sojourn in its place', () => createSessions<Data, Flash>({ secret, name: 'session' })],
])('%s', (_name, createStorage) => {
  let storage: Storage
  let visitor: Visitor
  const open = (): Promise<Session<Data, Flash>> => storage.getSession(visitor.cookieHeader)
  const commit = async (session: Session<Data, Flash>): Promise<void> =>
    visitor.receive(await storage.commitSession(session))

  beforeEach(() => {
    storage = createStorage()
    visitor = new Visitor()
  })

  it('makes sessions that Remix knows as such', async () => {
    expect(isSession(await open())).toBe(true)
  })

  it.each([undefined, null, '', 'other=1; another=2', 'session=garbage', 'session='])(
    'gives a new, empty session for the cookies %j',
    async (header) => {
      const session = await storage.getSession(header)
      expect(session.id).toBe('')
      expect(session.data).toEqual({})
      expect(session.has('name')).toBe(false)
      expect(session.get('name')).toBeUndefined()
    },
  )

  it('keeps what was set until it is unset', async () => {
    const first = await open()
    first.set('name', 'Ada')
    first.set('list', ['a'])
    expect(first.get('name')).toBe('Ada')
    await commit(first)

    const second = await open()
    expect(second.has('name')).toBe(true)
    expect(second.data).toEqual({ name: 'Ada', list: ['a'] })
    second.unset('name')
    expect(second.get('name')).toBeUndefined()
    await commit(second)

    const third = await open()
    expect(third.has('name')).toBe(false)
    expect(third.data).toEqual({ list: ['a'] })
  })

  it('keeps what was changed inside a value', async () => {
    const first = await open()
    first.set('list', ['a'])
    await commit(first)
    const second = await open()
    second.get('list')?.push('b')
    await commit(second)
    expect((await open()).get('list')).toEqual(['a', 'b'])
  })

  it('forgets what was not committed', async () => {
    const session = await open()
    session.set('name', 'Ada')
    expect((await open()).has('name')).toBe(false)
  })

  it('commits again what changed after a commit', async () => {
    const session = await open()
    session.set('name', 'Ada')
    await storage.commitSession(session)
    session.set('name', 'Grace')
    await commit(session)
    expect((await open()).get('name')).toBe('Grace')
  })

  it('gives a flash value to the first get and to no other', async () => {
    const first = await open()
    first.flash('notice', 'saved')
    await commit(first)

    const second = await open()
    expect(second.has('notice')).toBe(true)
    expect(second.get('notice')).toBe('saved')
    expect(second.has('notice')).toBe(false)
    expect(second.get('notice')).toBeUndefined()
    await commit(second)

    expect((await open()).has('notice')).toBe(false)
  })

  it('keeps a flash value that nobody got, through any number of commits', async () => {
    const first = await open()
    first.flash('notice', 'saved')
    await commit(first)
    const second = await open()
    second.set('name', 'Ada')
    await commit(second)
    expect((await open()).get('notice')).toBe('saved')
  })

  it('gives a flash value again when the get was not committed', async () => {
    const first = await open()
    first.flash('notice', 'saved')
    await commit(first)
    expect((await open()).get('notice')).toBe('saved')
    expect((await open()).get('notice')).toBe('saved')
  })

  it('keeps a set and a flash value of one name apart, and gets the set one', async () => {
    const session = await open()
    session.flash('name', 'flashed')
    session.set('name', 'set')
    expect(session.get('name')).toBe('set')
    expect(session.data).toEqual({ name: 'set', __flash_name__: 'flashed' })
    session.unset('name')
    expect(session.has('name')).toBe(true)
    expect(session.get('name')).toBe('flashed')
    expect(session.has('name')).toBe(false)
  })

  it("commits a session that Remix's createSession made", async () => {
    const session = createSession<Data, Flash>({ name: 'Ada', list: [] })
    session.flash('notice', 'saved')
    await commit(session)
    session.set('name', 'Grace')
    await commit(session)
    const opened = await open()
    expect(opened.get('name')).toBe('Grace')
    expect(opened.get('notice')).toBe('saved')
  })

  it('ends a session whose destruction was sent', async () => {
    const session = await open()
    session.set('name', 'Ada')
    await commit(session)
    visitor.receive(await storage.destroySession(await open()))
    expect(visitor.cookies.size).toBe(0)
    expect((await open()).data).toEqual({})
  })

  it('leaves the cookies of others alone', async () => {
    visitor.receive('theme=dark; Path=/')
    const session = await open()
    session.set('name', 'Ada')
    await commit(session)
    visitor.receive(await storage.destroySession(await open()))
    expect([...visitor.cookies]).toEqual([['theme', 'dark']])
  })
})
