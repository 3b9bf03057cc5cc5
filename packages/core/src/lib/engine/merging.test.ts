import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '../contracts/event.ts'
import { SessionConflictError } from '../errors.ts'
import { json } from './data.ts'
import { type Merging, merging, type Sides } from './merging.ts'

const blocked = () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open }
}

describe('the writers of one session', () => {
  it('take turns in the order they came', async () => {
    const { inTurn } = merging()
    const { gate, open } = blocked()
    const order: number[] = []
    const tasks = [1, 2, 3].map((nth) =>
      inTurn('a', async () => {
        if (nth === 1) await gate
        order.push(nth)
        return nth
      }),
    )
    expect(order).toEqual([])
    open()
    expect(await Promise.all(tasks)).toEqual([1, 2, 3])
    expect(order).toEqual([1, 2, 3])
  })

  it('do not wait for those of another', async () => {
    const { inTurn } = merging()
    const { gate, open } = blocked()
    const slow = inTurn('a', () => gate)
    expect(await inTurn('b', async () => 'done')).toBe('done')
    open()
    await slow
  })

  it('are not stopped by one that failed, whose error is its own', async () => {
    const { inTurn } = merging()
    const failing = inTurn('a', async () => {
      throw new Error('mine')
    })
    const next = inTurn('a', async () => 'done')
    await expect(failing).rejects.toThrow('mine')
    expect(await next).toBe('done')
    expect(await inTurn('a', async () => 'again')).toBe('again')
  })
})

describe('a conflict', () => {
  const resolve = async (sides: Partial<Sides>, tries = 1, policy: Parameters<Merging['resolve']>[1] = 'merge') => {
    const events: SessionEvent[] = []
    const result = await merging()
      .resolve({ base: {}, mine: {}, theirs: {}, ...sides }, policy, json, tries, (event) => events.push(event))
      .catch((error: unknown) => error)
    return { result, events }
  }

  it('that can be merged is, and is reported', async () => {
    expect(await resolve({ mine: { a: 1 }, theirs: { b: 2 } })).toEqual({
      result: { a: 1, b: 2 },
      events: [{ type: 'conflict', resolved: true }],
    })
  })

  it('in which a value of the other side goes is reported with its path', async () => {
    expect(await resolve({ mine: { a: { x: 1 } }, theirs: { a: { x: 2 } } })).toEqual({
      result: { a: { x: 1 } },
      events: [
        { type: 'conflict', resolved: true },
        { type: 'overwritten', paths: ['a.x'] },
      ],
    })
  })

  it('that cannot be merged is an error with its paths, and overwrites nothing', async () => {
    const { result, events } = await resolve({ mine: { a: [1], b: 1 }, theirs: { a: [2], b: 2 } })
    expect(result).toBeInstanceOf(SessionConflictError)
    expect(result).toMatchObject({ paths: ['a'], message: expect.stringContaining('`a`') })
    expect(events).toEqual([{ type: 'conflict', resolved: false }])
  })

  it('is given up at the fortieth time', async () => {
    expect((await resolve({ mine: { a: 1 } }, 39)).result).toEqual({ a: 1 })
    const { result, events } = await resolve({ mine: { a: 1 } }, 40)
    expect(result).toMatchObject({ code: 'session_conflict', paths: [], message: expect.stringContaining('40 times') })
    expect(events).toEqual([{ type: 'conflict', resolved: false }])
  })
})
