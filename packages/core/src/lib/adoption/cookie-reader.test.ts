import { describe, expect, it, test } from 'vitest'
import { HeaderJar } from '../../index.ts'
import { SessionUnavailableError } from '../errors.ts'
import { testSessions } from '../test-support/sessions.ts'
import { type CookieFormat, cookieReader } from './cookie-reader.ts'

/** Sessions that adopt what `read` makes of the cookie `old`. */
function setUp(read: CookieFormat['read']) {
  const from = cookieReader({ name: 'mine', resembles: (value) => value !== 'no', read })
  const { sessions } = testSessions({ adopt: [{ from, name: 'old', until: '2027-06-30', cookie: { path: '/app' } }] })
  return { sessions, read: (header: string) => sessions.read({ jar: new HeaderJar(header) }) }
}

describe('a format of one’s own', () => {
  it('is given values as they stand in the header, and what its sessions are made with', async () => {
    const given: unknown[] = []
    const { read } = setUp((value, { name, attributes }) => {
      given.push(value, name, attributes.path)
      return { data: { value } }
    })
    expect((await read('a=1; old="x%20y"')).data).toEqual({ value: '"x%20y"' })
    expect(given).toEqual(['"x%20y"', 'old', '/app'])
  })

  it('is not asked for what does not resemble it, and for no cookie', async () => {
    const { read } = setUp(() => {
      throw new Error('asked')
    })
    for (const header of ['', 'old=', 'old=no', 'older=x'])
      expect(await read(header)).toMatchObject({ present: false, refusal: 'missing' })
  })

  it('may refuse, for any reason', async () => {
    expect((await setUp(() => 'bound-elsewhere').read('old=x')).refusal).toBe('bound-elsewhere')
  })

  it('counts once where one value is sent twice, and not at all where two open', async () => {
    const { read } = setUp((value) => (value === 'bad' ? 'tampered' : { data: { value } }))
    expect((await read('old=x; old=x')).data).toEqual({ value: 'x' })
    expect((await read('old=bad; old=x')).data).toEqual({ value: 'x' })
    expect((await read('old=x; old=y')).refusal).toBe('ambiguous')
    expect((await read('old=1; old=2; old=3; old=4; old=5')).refusal).toBe('ambiguous')
  })

  test.each<[string, unknown]>([
    ['a Date', { when: new Date(0) }],
    ['a number that is none', { n: Number.NaN }],
    ['a list', []],
    ['nothing', undefined],
    ['a prototype', JSON.parse('{"__proto__":1}')],
  ])('is malformed when its data is %s', async (_, data) => {
    expect((await setUp(() => ({ data: data as object })).read('old=x')).refusal).toBe('malformed')
  })

  test.each([null, 7, ['a'], { length: 1 }])('is malformed when its id is %j', async (id) => {
    expect((await setUp(() => ({ id: id as string, data: {} })).read('old=x')).refusal).toBe('malformed')
  })

  it('that throws is a store that could not be asked', async () => {
    const { read } = setUp(() => {
      throw new Error('connection reset')
    })
    await expect(read('old=x')).rejects.toThrow(SessionUnavailableError)
  })

  it('loses the cookie that the request carries, and no other', async () => {
    const { sessions } = setUp(() => ({ data: {} }))
    const linesFor = async (header: string) => {
      const jar = new HeaderJar(header)
      await sessions.destroy({ jar })
      return jar.lines
    }
    expect(await linesFor('old=x; old.2=y')).toEqual([expect.stringMatching(/^old=; Max-Age=0; Path=\/app/)])
    expect(await linesFor('older=x')).toEqual([])
  })
})
