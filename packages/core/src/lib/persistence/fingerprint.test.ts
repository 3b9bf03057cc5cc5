import { expect, it } from 'vitest'
import { fingerprintUnder } from './fingerprint.ts'

const secret = (text: string) => () => new TextEncoder().encode(text)
const shownOf = async (id: number, text = 'a secret', purpose = 'a purpose') =>
  (await fingerprintUnder(secret(text), purpose)(new Uint8Array(32).fill(id)))()

it('a fingerprint is another one for another id, secret or purpose, and the same for the same', async () => {
  const shown = await shownOf(1)
  expect(shown).toMatch(/^[\w-]{32}$/)
  expect(await shownOf(1)).toBe(shown)
  const others = [await shownOf(2), await shownOf(1, 'another secret'), await shownOf(1, 'a secret', 'another purpose')]
  expect(new Set([shown, ...others]).size).toBe(4)
})

it('the secret is asked for at the first session, once', async () => {
  let asked = 0
  const fingerprint = fingerprintUnder(() => {
    asked++
    return secret('a secret')()
  }, 'a purpose')
  expect(asked).toBe(0)
  const [one, other] = [1, 2].map((id) => fingerprint(new Uint8Array(32).fill(id)))
  expect((await one!)()).not.toBe((await other!)())
  expect(asked).toBe(1)
})
