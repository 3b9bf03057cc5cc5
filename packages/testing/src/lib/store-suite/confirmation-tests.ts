import { expect } from 'vitest'
import type { StoreTestGroup } from './stage.ts'
import { has, revisionOf } from './write-tests.ts'

const confirm = true

export const confirmationTests: StoreTestGroup = {
  title: 'takes the wish for a confirmation',
  tests: [
    {
      title: 'with every write, and answers as it does without',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const created = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent', { confirm }))
        const replaced = revisionOf(await first.write(key, newValue(), inSeconds(60), created, { confirm }))
        const revision = revisionOf(await first.write(key, value, inSeconds(60), 'any', { confirm }))
        expect(new Set([created, replaced, revision]).size).toBe(3)
        expect(await second.read(key, { confirm })).toEqual({ bytes: value, revision })
      },
    },
    {
      title: 'with a write that is refused, and with a deletion',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const key = newKey()
        revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        const refused = await first.write(key, newValue(), inSeconds(60), 'absent', { confirm })
        expect(refused).toEqual({ ok: false, why: 'exists' })
        await first.delete(key, { confirm })
        expect(await has(second, key)).toBe(false)
      },
    },
  ],
}
