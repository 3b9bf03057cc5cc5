import { describe, expect, it, test } from 'vitest'
import { createSessions, memoryStore, type PersistenceContext, type SessionOptions } from '../../index.ts'
import type { Adoption } from '../contracts/adoption.ts'
import type { PersistenceFactory, SessionReader } from '../contracts/persistence.ts'
import { SessionConfigError } from '../errors.ts'
import { oldFormat } from '../test-support/old-sessions.ts'
import { SECRET } from '../test-support/sessions.ts'

const good = (): Adoption => ({ from: oldFormat(), name: 'old', until: '2027-06-30' })

function refusal(adoption: unknown, options: SessionOptions<object> = {}): string {
  try {
    createSessions({ secret: SECRET, ...options, adopt: [good(), adoption as Adoption] })
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return (error as Error).message
  }
  throw new Error('This adoption was accepted.')
}

describe('an adoption that is wrong is a SessionConfigError', () => {
  test.each<[string, object, string]>([
    ['nothing', { from: undefined }, '`adopt[1].from` reads no old cookie'],
    ['a persistence that reads nothing', { from: { name: 'x', create: () => ({}) } }, '`adopt[1].from`'],
    ['a name with a space', { name: 'a b' }, '`adopt[1]`, old: `name` is "a b"'],
    ['no name', { name: undefined }, '`adopt[1]`, old: `name`'],
    ['an empty name', { name: '' }, '`adopt[1]`, old: `name`'],
    ['a misspelt option', { util: '2027-01-01' }, '`adopt[1].util` is not an option. Did you mean `adopt[1].until`?'],
    ['an option of another place', { secret: 'x' }, '`adopt[1].secret` is not an option'],
    ['a misspelt cookie option', { cookie: { domian: 'x' } }, 'Did you mean `adopt[1].cookie.domain`?'],
    ['a wrong time', { idle: -1 }, '`adopt[1]`, old: `idle` is -1'],
    ['a store that is none', { store: {} }, '`adopt[1].store` is no store'],
    ['a subject that is no function', { subject: 'userId' }, '`adopt[1].subject` is string'],
  ])('%s', (_, change, message) => {
    expect(refusal({ ...good(), ...change })).toContain(message)
  })

  test.each([null, 'iron', 7, undefined])('%j', (adoption) => {
    expect(refusal(adoption)).toContain('`adopt[1]` must be an object')
  })

  test.each([
    undefined,
    '',
    'tomorrow',
    '30.06.2027',
    '2027-6-30',
    '2027-02-30',
    '2027-13-01',
    '2027-06-30T12:00',
    '2027-06-30T25:00Z',
    1_800_000_000,
    new Date('no date'),
  ])('until %s', (until) => {
    expect(refusal({ ...good(), until })).toContain('`until` is')
  })
})

test.each(['2027-06-30', '2027-06-30T12:00Z', '2028-02-29T23:59:59.5+02:00', new Date(0)])(
  'until %s is good',
  (until) => {
    expect(() => createSessions({ secret: SECRET, adopt: [{ ...good(), until }] })).not.toThrow()
  },
)

describe('a cookie that old and new sessions would share', () => {
  const named = (more: Partial<Adoption>): Adoption => ({ ...good(), name: 'sid', ...more })
  const cookie = { path: '/app', domain: 'example.com', secure: true } as const

  test.each<[string, Adoption['cookie'], string]>([
    ['path', { ...cookie, path: '/' }, '`cookie.path` differs'],
    ['domain', { path: '/app', secure: true }, '`cookie.domain` differs'],
    ['partition', { ...cookie, partitioned: true }, '`cookie.partitioned` differs'],
  ])('is an error with another %s, where one of the two would stay', (_, own, message) => {
    expect(refusal(named({ ...(own && { cookie: own }) }), { name: 'sid', cookie })).toContain(message)
  })

  it('is fine with the same attributes', () => {
    expect(() => createSessions({ secret: SECRET, name: 'sid', cookie, adopt: [named({ cookie })] })).not.toThrow()
  })

  it('is an error where it is only a chunk, of ours or of theirs', () => {
    expect(refusal({ ...good(), name: 'sid.2' }, { name: 'sid' })).toContain('the cookie sid.2')
    const from: SessionReader = {
      name: 'chunked',
      resembles: () => true,
      create: ({ name }) => ({
        owns: (cookieName) => cookieName.startsWith(name),
        open: async () => ({ ok: false, refusal: 'missing' }),
        clear: () => undefined,
      }),
    }
    expect(refusal({ ...good(), from }, { name: 'old_2' })).toContain('the cookie old_2')
  })
})

describe('an old format', () => {
  /** What a reader is made with. */
  function contextOf(adoption: Partial<Adoption>, reader: Partial<SessionReader> = {}): PersistenceContext {
    let context: PersistenceContext | undefined
    const old = oldFormat()
    const from: SessionReader = {
      ...old,
      ...reader,
      create(given) {
        context = given
        return old.create(given)
      },
    }
    createSessions({ secret: SECRET, idle: 1000, adopt: [{ ...good(), ...adoption, from }] })
    if (!context) throw new Error('The reader was not created.')
    return context
  }

  it('has the name, cookie, audience, strategy and times of its own sessions', () => {
    const context = contextOf({
      name: 'connect.sid',
      audience: 'shop',
      strategy: 'regenerate',
      cookie: { path: '/app' },
      rolling: 60,
    })
    expect(context).toMatchObject({ name: 'connect.sid', audience: 'shop', strategyName: 'regenerate' })
    expect(context.attributes).toMatchObject({ path: '/app' })
    expect(context.times).toMatchObject({ idle: 900, rolling: 60, absolute: 86_400 })
  })

  it('has defaults of its own, and refuses what it does not know', () => {
    const reader: Partial<SessionReader> = { defaults: { idle: false }, refuses: { strategy: 'leave it out' } }
    expect(contextOf({}, reader).times.idle).toBe(Number.POSITIVE_INFINITY)
    expect(() => contextOf({ strategy: 'default' }, reader)).toThrow('`strategy` means nothing to old: leave it out.')
  })

  it('is asked within the time limits of stores', () => {
    const store = memoryStore({ name: 'adoption-configuration' })
    expect(contextOf({ store }).store).toMatchObject({ name: 'memory' })
    expect(contextOf({ store }).store).not.toBe(store)
  })
})

it('is refused where sessions are kept in a foreign format anyway', () => {
  const create = () => {
    throw new Error('It is not asked for.')
  }
  const persistence: PersistenceFactory = { name: 'foreign', create }
  expect(() => createSessions({ persistence, adopt: [good()] })).toThrow(/leave out `adopt` or `persistence`/)
})
