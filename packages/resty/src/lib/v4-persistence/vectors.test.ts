import { readFileSync } from 'node:fs'
import { createSessions, memoryStore, type SessionStore } from '@sojourn/core'
import { fakeClock, testCookieJar } from '@sojourn/testing'
import { describe, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import { changedBytes, changedTexts } from '../test-support/changed-texts.ts'
import { type Data, decodedCookie, newBrowser } from '../test-support/v4-sessions.ts'
import { factsOfV4, namesOfV4, optionsOfV4, type V4File, type V4Vector } from '../test-support/v4-vectors.ts'
import { partV4Data } from '../v4/info-keys.ts'
import { v4RecordName } from '../v4/storage-names.ts'
import { restyV4 } from './resty-v4.ts'

const { vectors, flows }: V4File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-4.1.5.json', import.meta.url), 'utf8'),
)

/** Sessions configured as the vector's were, with what its storage held, at its time. */
async function sessionsOf(vector: V4Vector, name: string, audience = vector.data[0]?.[1] ?? '') {
  const { config, now, cookieName, storage, remember } = vector
  const clock = fakeClock(now * 1000)
  const store = storage ? memoryStore({ name: `v4 vector ${vector.name} ${name}`, now: clock.now }) : undefined
  const put = (key: string, value: string) =>
    store?.write(key, new Uint8Array(Buffer.from(value)), now + 600_000, 'any')
  if (storage) await put(storage.key, storage.value)
  if (remember?.storageKey) await put(remember.storageKey, remember.stored ?? '')
  const { storage: _, ...format } = optionsOfV4(vector)
  const { prefix, suffix } = config.redis ?? config.memcached ?? {}
  const resty = restyV4({
    ...format,
    now: clock.now,
    ...(config.storage && { keys: config.storage }),
    ...(prefix && { prefix }),
    ...(suffix && { suffix }),
  })
  const sessions = createSessions<Data>({
    persistence: resty,
    name: cookieName,
    audience,
    cookie: { secure: cookieName.startsWith('__') },
    now: clock.now,
    ...(store && { store }),
  })
  const cookies = Object.entries(vector.cookies).filter(([cookie]) => !cookie.endsWith('remember'))
  const header = cookies.map((pair) => pair.join('=')).join('; ')
  return { sessions, resty, store, clock, header, facts: { ...factsOfV4(vector), host: 'localhost' } }
}

const textOf = async (store: SessionStore | undefined, key: string) =>
  Buffer.from((await store?.read(key))?.bytes ?? []).toString()

describe.each(vectors)('$name', (vector) => {
  const [stored, , subject] = vector.data[0] ?? [{}, '']
  const expected = vector.storage ? stored : partV4Data(stored as Data).data

  test('opens', async () => {
    const { sessions, resty, header, facts } = await sessionsOf(vector, 'open')
    const jar = testCookieJar(header)
    const session = await sessions.open({ jar, facts })
    expect(session).toMatchObject({ present: true, subject, remembered: false, refusal: undefined })
    expect(session.data).toEqual(expected)
    expect(await resty.entries({ jar, facts })).toMatchObject(
      vector.data.map(([, audience, who]) => ({ audience, subject: who })),
    )
  })

  test('is saved with everything that others have in it', async () => {
    const { sessions, resty, store, header, facts } = await sessionsOf(vector, 'save')
    const jar = testCookieJar(header)
    const before = await resty.entries({ jar, facts })
    const session = await sessions.start({ jar, facts })
    session.data['more'] = 1
    await session.save()
    const after = await resty.entries({ jar, facts })
    expect(after[0]?.data).toEqual({ ...before[0]?.data, more: 1 })
    expect(after.slice(1)).toEqual(before.slice(1))
    expect(after.map(({ info }) => info)).toEqual(before.map(({ info }) => info))
    if (vector.storage) expect(await textOf(store, vector.storage.key)).toBe(vector.storage.value)
  })

  test('minted by Node, which nginx has opened, opens as well', async () => {
    const { nodeMinted, cookieName } = vector
    const [[data, audience, who] = []] = JSON.parse(nodeMinted.json) as [Data, string, string?][]
    const { sessions, store, facts, clock } = await sessionsOf(vector, 'minted', audience)
    const id = Buffer.from(nodeMinted.cookie.split('=')[1] ?? '', 'base64url').subarray(3, 35)
    const key = v4RecordName(id.toString('base64url'), namesOfV4(vector))
    if (nodeMinted.stored) await store?.write(key, new Uint8Array(Buffer.from(nodeMinted.stored)), 9e9, 'any')
    const jar = newBrowser(nodeMinted.cookie)
    const session = await sessions.open({ jar, facts })
    expect(session, cookieName).toMatchObject({ present: true, subject: who })
    expect(session.data).toEqual(data)
    const { idle, rolling, absolute } = session.expires
    const left = (end: Date | null) => ((end?.getTime() ?? 0) - clock.now()) / 1000
    // The vector's times were told within a minute of its `now`.
    const told = nodeMinted.properties
    for (const [name, end] of Object.entries({ 'idling-timeout': idle, 'rolling-timeout': rolling }))
      expect(Math.abs(left(end) - (told[name] ?? 0))).toBeLessThan(400)
    expect(Math.abs(left(absolute) - (told['absolute-timeout'] ?? 0))).toBeLessThan(400)
  })

  test('never throws when its cookie or its record is changed', async () => {
    const { sessions, store, header, facts } = await sessionsOf(vector, 'change')
    const [name = '', value = ''] = header.split('; ')[0]?.split(/=(.*)/s) ?? []
    const rest = header.slice(name.length + 1 + value.length)
    let refused = 0
    for (const changed of changedTexts(value)) {
      const { present } = await sessions.read({ jar: testCookieJar(`${name}=${changed}${rest}`), facts })
      if (!present) refused++
      else expect(changed.trim()).toBe(value)
    }
    expect(refused).toBeGreaterThan(100)
    const record = vector.storage
    if (!record) return
    for (const bytes of changedBytes(new Uint8Array(Buffer.from(record.value)))) {
      await store?.write(record.key, bytes, 9e9, 'any')
      const { present } = await sessions.read({ jar: testCookieJar(header), facts })
      // What info says is not authenticated.
      if (present) expect(JSON.parse(Buffer.from(bytes).toString())[0]).toBe(JSON.parse(record.value)[0])
    }
  })
})

describe.each(vectors.filter(({ remember }) => remember))('the remember cookie of $name', (vector) => {
  test('restores the session, and both cookies are written anew', async () => {
    const { sessions, store, facts, clock } = await sessionsOf(vector, 'remember')
    clock.advance(5000)
    const jar = testCookieJar(`remember=${vector.remember?.cookieValue}`)
    const session = await sessions.start({ jar, facts })
    expect(session).toMatchObject({ present: true, remembered: true })
    expect(session.data).toEqual(vector.data[0]?.[0])
    expect(jar.setCookies.map(({ name }) => name).sort()).toEqual(['remember', 'session'])
    const { rememberSafety = 'Medium', secret } = optionsOfV4(vector)
    const began = vector.header.creationTime
    const next = jar.next()
    const format = { secret, rememberSafety }
    expect(await decodedCookie(next, 'remember', store, format)).toMatchObject({ began })
    expect((await decodedCookie(next, 'session', store, format)).began).toBeGreaterThan(began)
  })
})

describe.each(vectors.filter(({ remember }) => remember))('a remember cookie minted by Node like $name', (vector) => {
  test('restores the session here as it did in nginx', async () => {
    const { cookie = '', stored } = vector.remember?.nodeMinted ?? {}
    const { sessions, store, facts, clock } = await sessionsOf(vector, 'minted remember')
    if (stored) await store?.write(stored.key, new Uint8Array(Buffer.from(stored.value)), 9e9, 'any')
    clock.advance(5000)
    const session = await sessions.read({ jar: testCookieJar(cookie), facts })
    expect(session).toMatchObject({ present: true, remembered: true })
  })
})

describe.each(vectors.filter(({ remember, storage }) => remember && !storage))(
  'what nginx restored of $name',
  (vector) => {
    test('counts as restored here', async () => {
      const { sessions, facts, clock } = await sessionsOf(vector, 'restored by nginx')
      clock.advance(5000)
      const lines = vector.remember?.nodeMinted.newSetCookie ?? []
      expect(lines).toHaveLength(2)
      const jar = testCookieJar(lines.map((line) => line.split(';')[0]).join('; '))
      expect(await sessions.read({ jar, facts })).toMatchObject({ present: true, remembered: true })
    })
  },
)

describe.each(vectors.filter(({ remember }) => remember))('the remember cookie of $name, changed', (vector) => {
  test('opens nothing, never throws, and costs PBKDF2 only where its header is genuine', async () => {
    const { sessions, facts } = await sessionsOf(vector, 'changed remember')
    const { cookieValue = '' } = vector.remember ?? {}
    const derivations = vi.spyOn(platform, 'pbkdf2')
    let refused = 0
    for (const changed of changedTexts(cookieValue)) {
      derivations.mockClear()
      const { present } = await sessions.read({ jar: testCookieJar(`remember=${changed}`), facts })
      if (!present) refused++
      else expect(changed.trim()).toBe(cookieValue)
      if (!changed.trim().startsWith(cookieValue.slice(0, 110))) expect(derivations).not.toHaveBeenCalled()
    }
    expect(refused).toBeGreaterThan(100)
    derivations.mockRestore()
  })
})

describe('flows of the library', () => {
  const secret = 'RaJKp8UQW1'

  test.each(flows.filter(({ name }) => name.startsWith('refresh-')))('$name', async (one) => {
    const clock = fakeClock((one.now ?? 0) * 1000)
    const sessions = createSessions<Data>({
      persistence: restyV4({ secret }),
      cookie: { secure: false },
      now: clock.now,
    })
    const jar = testCookieJar(one.cookieIn)
    const session = await sessions.start({ jar })
    const [[, , code] = []] = one.results ?? []
    // Ours end a second earlier, and are not honoured from the future.
    const isOurs = ['refresh-idle-900', 'refresh-future-creation'].includes(one.name)
    expect(session.present).toBe(code === undefined && !isOurs)
    const [line] = one.rawSetCookie ?? []
    if (line && !isOurs) expect(jar.setCookies[0]?.value).toBe(line.split(/[=;]/)[1])
  })

  test('clear: a forwarded request keeps all other cookies as they are', () => {
    const sessions = createSessions({ persistence: restyV4({ secret }) })
    for (const { in: header = '' } of flows.filter(({ name }) => name === 'clear')) {
      const stripped = sessions.stripSessionCookies(header)
      expect(stripped).not.toContain('session')
      for (const other of ['a=1', 'b=2']) expect(stripped.includes(other)).toBe(header.includes(other))
    }
    expect(sessions.stripSessionCookies('session2=a; session10=b; remember=c; remember2=d; x=e')).toBe(
      'session10=b; x=e',
    )
  })
})
