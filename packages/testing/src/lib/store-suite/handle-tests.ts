import { expect } from 'vitest'
import type { StoreTestGroup } from './stage.ts'
import { has, revisionOf } from './write-tests.ts'

export const handleTests: StoreTestGroup = {
  title: 'heeds the signal, and can be disposed of',
  tests: [
    {
      title: 'refuses a step whose signal is aborted already, and does nothing',
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, unwritten] = [newKey(), newKey()]
        const signal = AbortSignal.abort()
        const revision = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        await expect(first.read(key, { signal })).rejects.toThrow()
        await expect(first.write(key, newValue(), inSeconds(60), 'any', { signal })).rejects.toThrow()
        await expect(first.write(unwritten, newValue(), inSeconds(60), 'absent', { signal })).rejects.toThrow()
        await expect(first.delete(key, { signal })).rejects.toThrow()
        expect((await first.read(key))?.revision).toBe(revision)
        expect(await has(first, unwritten)).toBe(false)
      },
    },
    {
      title: 'takes a signal that is never aborted',
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const { signal } = new AbortController()
        revisionOf(await first.write(key, value, inSeconds(60), 'absent', { signal }))
        expect((await first.read(key, { signal }))?.bytes).toEqual(value)
        await first.delete(key, { signal })
        expect(await has(first, key)).toBe(false)
      },
    },
    {
      title: 'settles every step that is aborted on its way, and gives the right answers afterwards',
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        await first.write(key, value, inSeconds(60), 'absent')
        const aborted = Array.from({ length: 20 }, () => new AbortController())
        const steps = aborted.map(({ signal }) => first.read(key, { signal }))
        for (const controller of aborted) controller.abort()
        const answers = await Promise.allSettled(steps)
        for (const answer of answers) if (answer.status === 'fulfilled') expect(answer.value?.bytes).toEqual(value)
        const others = await Promise.all(Array.from({ length: 20 }, () => first.read(newKey())))
        expect(others).toEqual(Array(20).fill(undefined))
        expect((await first.read(key))?.bytes).toEqual(value)
      },
    },
    {
      title: 'settles every write that is aborted on its way, and keeps the old value or the new one',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const values = Array.from({ length: 20 }, () => ({ key: newKey(), old: newValue(), next: newValue() }))
        for (const { key, old } of values) await first.write(key, old, inSeconds(60), 'absent')
        const steps = values.map(({ key, next }) => {
          const controller = new AbortController()
          const step = first.write(key, next, inSeconds(60), 'any', { signal: controller.signal })
          controller.abort()
          return step
        })
        const answers = await Promise.allSettled(steps)
        for (const [at, { key, old, next }] of values.entries()) {
          const found = (await second.read(key))?.bytes
          expect(answers[at]?.status === 'fulfilled' ? [next] : [old, next]).toContainEqual(found)
        }
      },
    },
    {
      title: 'can be disposed of twice, while another handle goes on',
      async run({ first, open, newKey, newValue, inSeconds }) {
        const handle = await open()
        await handle.write(newKey(), newValue(), inSeconds(60), 'absent')
        await handle[Symbol.asyncDispose]?.()
        await handle[Symbol.asyncDispose]?.()
        const [key, value] = [newKey(), newValue()]
        revisionOf(await first.write(key, value, inSeconds(60), 'absent'))
        expect((await first.read(key))?.bytes).toEqual(value)
      },
    },
    {
      title: 'settles what is under way when it is disposed of, and what is asked of it afterwards',
      async run({ open, newKey, newValue, inSeconds }) {
        const handle = await open()
        const steps = Array.from({ length: 10 }, () => handle.write(newKey(), newValue(), inSeconds(60), 'absent'))
        await handle[Symbol.asyncDispose]?.()
        expect(await Promise.allSettled(steps)).toHaveLength(10)
        expect(await Promise.allSettled([handle.read(newKey())])).toHaveLength(1)
      },
    },
  ],
}
