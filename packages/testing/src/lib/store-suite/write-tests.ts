import type { Revision, SessionStore, Written } from '@sojourn/core'
import { expect } from 'vitest'
import { compareAndSet, countedWrites } from './capabilities.ts'
import type { StoreTestGroup } from './stage.ts'

/** The revision of a write that has to succeed. */
export function revisionOf(written: Written): Revision {
  if (!written.ok) throw new Error(`The write was refused: ${written.why}.`)
  return written.revision
}

/** Whether a key has a live value. */
export const has = async (store: SessionStore, key: string): Promise<boolean> => (await store.read(key)) !== undefined

export const writeTests: StoreTestGroup = {
  title: 'reads, writes and deletes',
  tests: [
    {
      title: 'has a name and the capabilities it is declared with',
      async run({ first, capabilities }) {
        expect(first.name).toMatch(/^\S+$/)
        expect({ atomic: first.atomic, lock: first.lock !== undefined, index: first.index !== undefined }).toEqual({
          atomic: capabilities.atomic,
          lock: capabilities.lock,
          index: capabilities.index,
        })
      },
    },
    {
      title: 'answers nothing for a key that was never written',
      async run({ first, newKey }) {
        expect(await first.read(newKey())).toBeUndefined()
      },
    },
    {
      title: 'shows every handle what one wrote, under the revision the write answered with',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const revision = revisionOf(await first.write(key, value, inSeconds(60), 'absent'))
        expect(await first.read(key)).toEqual({ bytes: value, revision })
        expect(await second.read(key)).toEqual({ bytes: value, revision })
      },
    },
    {
      title: "refuses 'absent' where a value is, and keeps that value",
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const revision = revisionOf(await first.write(key, value, inSeconds(60), 'absent'))
        const collision = await second.write(key, newValue(), inSeconds(60), 'absent')
        expect(collision).toEqual({ ok: false, why: 'exists' })
        expect(await first.read(key)).toEqual({ bytes: value, revision })
      },
    },
    {
      title: 'writes over the revision that is there, and names the new value anew',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const created = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        const replaced = revisionOf(await second.write(key, value, inSeconds(60), created))
        expect(replaced).not.toBe(created)
        expect(await first.read(key)).toEqual({ bytes: value, revision: replaced })
      },
    },
    {
      title: "refuses an older revision as 'changed', and keeps the newer value",
      needs: compareAndSet,
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const old = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        const revision = revisionOf(await second.write(key, value, inSeconds(60), old))
        expect(await first.write(key, newValue(), inSeconds(60), old)).toEqual({ ok: false, why: 'changed' })
        expect(await first.read(key)).toEqual({ bytes: value, revision })
      },
    },
    {
      title: "refuses the revision of a deleted value as 'gone', and writes nothing",
      needs: compareAndSet,
      async run({ first, second, newKey, newValue, inSeconds }) {
        const key = newKey()
        const revision = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        await second.delete(key)
        expect(await first.write(key, newValue(), inSeconds(60), revision)).toEqual({ ok: false, why: 'gone' })
        expect(await first.read(key)).toBeUndefined()
      },
    },
    {
      title: "writes with 'any' over nothing and over a value",
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        revisionOf(await first.write(key, newValue(), inSeconds(60), 'any'))
        const revision = revisionOf(await second.write(key, value, inSeconds(60), 'any'))
        expect(await first.read(key)).toEqual({ bytes: value, revision })
      },
    },
    {
      title: 'deletes a value, one that is gone already and one that never was',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, neighbour] = [newKey(), newKey()]
        await first.write(key, newValue(), inSeconds(60), 'absent')
        await first.write(neighbour, newValue(), inSeconds(60), 'absent')
        await second.delete(key)
        expect(await first.read(key)).toBeUndefined()
        await first.delete(key)
        await first.delete(newKey())
        expect(await has(first, neighbour)).toBe(true)
      },
    },
    {
      title: "creates with 'absent' after a delete",
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        await first.write(key, newValue(), inSeconds(60), 'absent')
        await first.delete(key)
        const revision = revisionOf(await second.write(key, value, inSeconds(60), 'absent'))
        expect(await first.read(key)).toEqual({ bytes: value, revision })
      },
    },
    {
      title: 'never gives a key a revision again, whatever happened in between',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const key = newKey()
        const revisions = new Set<Revision>()
        for (let round = 0; round < 10; round++) {
          revisions.add(revisionOf(await first.write(key, newValue(), inSeconds(60), 'any')))
          revisions.add(revisionOf(await second.write(key, newValue(), inSeconds(60), 'any')))
          await first.delete(key)
        }
        expect(revisions.size).toBe(20)
      },
    },
    {
      title: 'never gives a key a revision again, not even for the same bytes',
      needs: countedWrites,
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const revisions = new Set<Revision>()
        for (let round = 0; round < 3; round++) {
          revisions.add(revisionOf(await first.write(key, value, inSeconds(60), 'any')))
          revisions.add(revisionOf(await first.write(key, value, inSeconds(60), 'any')))
          await first.delete(key)
        }
        expect(revisions.size).toBe(6)
      },
    },
    {
      title: 'does not take the revision of an earlier life of the key for the present one',
      needs: compareAndSet,
      async run({ first, newKey, newValue, inSeconds }) {
        const key = newKey()
        const old = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        await first.delete(key)
        revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        expect(await first.write(key, newValue(), inSeconds(60), old)).toEqual({ ok: false, why: 'changed' })
      },
    },
  ],
}
