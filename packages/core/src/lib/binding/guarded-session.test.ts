import { describe, expect, it } from 'vitest'
import { createSessions } from '../../index.ts'
import { HeaderJar } from '../cookies/jar.ts'
import { SessionReadOnlyError } from '../errors.ts'
import { SECRET } from '../test-support/sessions.ts'
import { guardSession } from './guarded-session.ts'

interface Shape {
  name: string
  list: string[]
  nested: { deep: { value: number }[] }
}

const refusal = new SessionReadOnlyError('not here')

async function guarded(refuse: () => SessionReadOnlyError | undefined) {
  const sessions = createSessions<Shape>({ secret: SECRET })
  const session = await sessions.open({ jar: new HeaderJar('') })
  session.data = { name: 'Ann', list: ['one', 'two'], nested: { deep: [{ value: 1 }] } }
  await session.save()
  return { session, guard: guardSession(session, refuse) }
}

describe('a guarded session', () => {
  it('is the session as long as nothing is refused', async () => {
    const { session, guard } = await guarded(() => undefined)
    expect(guard.data).toBe(session.data)
    expect(guard.id).toBe(session.id)
    guard.data = { name: 'Bob' }
    await guard.save()
    expect(session.data).toEqual({ name: 'Bob' })
  })

  it('leaves closing to its request, which others may share', async () => {
    const { session, guard } = await guarded(() => undefined)
    await guard.close()
    await expect(session.save()).resolves.toBeUndefined()
  })

  it('can be read when changes are refused', async () => {
    const { guard } = await guarded(() => refusal)
    expect(guard.present).toBe(true)
    expect(guard.data).toEqual({ name: 'Ann', list: ['one', 'two'], nested: { deep: [{ value: 1 }] } })
    expect(JSON.stringify(guard.data.nested)).toBe('{"deep":[{"value":1}]}')
    expect(guard.data.list?.includes('one')).toBe(true)
  })

  it.each(['save', 'touch', 'regenerate', 'destroy'] as const)('rejects %s with the refusal', async (verb) => {
    const { guard, session } = await guarded(() => refusal)
    await expect(guard[verb]()).rejects.toBe(refusal)
    await expect(guard.update(() => {})).rejects.toBe(refusal)
    await expect(guard.signIn('ann')).rejects.toBe(refusal)
    expect(session.present).toBe(true)
    expect(session.subject).toBeUndefined()
  })

  it.each<[string, (data: Partial<Shape>) => void]>([
    ['setting a value', (data) => Object.assign(data, { name: 'Bob' })],
    ['adding a value', (data) => Object.assign(data, { added: 1 })],
    ['deleting a value', (data) => Reflect.deleteProperty(data, 'name')],
    ['defining a value', (data) => Object.defineProperty(data, 'name', { value: 'Bob' })],
    ['adding to a list', (data) => data.list?.push('three')],
    ['turning a list around', (data) => data.list?.reverse()],
    ['changing what is nested', (data) => Object.assign(data.nested!.deep[0]!, { value: 2 })],
  ])('throws the refusal at %s', async (_, change) => {
    const { guard, session } = await guarded(() => refusal)
    const before = structuredClone(session.data)
    expect(() => change(guard.data)).toThrow(refusal)
    expect(session.data).toEqual(before)
  })

  it('throws the refusal when data is replaced', async () => {
    const { guard } = await guarded(() => refusal)
    expect(() => {
      guard.data = {}
    }).toThrow(refusal)
  })

  it('leaves closing to the request when changes are refused', async () => {
    const { guard, session } = await guarded(() => refusal)
    await guard.close()
    await guard[Symbol.asyncDispose]()
    session.data.name = 'Bob'
    await expect(session.save()).resolves.toBeUndefined()
  })

  it('asks at every change, so it can be refused later', async () => {
    let isLate = false
    const { guard } = await guarded(() => (isLate ? refusal : undefined))
    guard.data.name = 'Bob'
    isLate = true
    expect(() => {
      guard.data.name = 'Eve'
    }).toThrow(refusal)
    expect(guard.data.name).toBe('Bob')
  })
})
