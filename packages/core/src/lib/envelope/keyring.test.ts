import { createHmac } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { createKeyring, kidAt } from './keyring.ts'

const secret = (seed: number): Bytes => Uint8Array.from({ length: 32 }, (_, at) => (at * 7 + seed) & 255)

afterEach(() => vi.restoreAllMocks())

test('a key id is the first four bytes that HKDF expands for it', async () => {
  const { newest } = await createKeyring([secret(1)])
  const prk = createHmac('sha512', 'sojourn/1').update(secret(1)).digest()
  const block = createHmac('sha512', prk).update('sojourn/1 kid\x01').digest()
  expect(Buffer.from(newest.kid)).toEqual(block.subarray(0, 4))
})

test('the first secret is the newest, and each is found by its key id alone', async () => {
  const keyring = await createKeyring([secret(1), secret(2), secret(3)])
  const alone = await Promise.all([1, 2, 3].map(async (seed) => (await createKeyring([secret(seed)])).newest))
  expect(keyring.newest.kid).toEqual(alone[0]!.kid)
  for (const { kid } of alone) expect(keyring.find(kidAt(kid, 0))!.kid).toEqual(kid)
  expect(keyring.find(kidAt(keyring.newest.kid, 0))).toBe(keyring.newest)
})

test.each([0, 1, 0xffff_ffff, -1, Number.NaN])('no key has the id %d by accident', async (kid) => {
  expect((await createKeyring([secret(1)])).find(kid)).toBeUndefined()
})

test('reads a key id as one number, from any place and with the highest bit set', () => {
  expect(kidAt(Uint8Array.of(9, 0xff, 0xfe, 0xfd, 0xfc, 9), 1)).toBe(0xfffefdfc)
  expect(kidAt(Uint8Array.of(9, 9, 0, 0, 1, 2, 9).subarray(1), 1)).toBe(0x0102)
})

test('two secrets with one key id are refused, for neither could be told from the other', async () => {
  vi.spyOn(platform, 'expand').mockImplementation(async () => new Uint8Array(64))
  const keyring = createKeyring([secret(1), secret(2)])
  await expect(keyring).rejects.toThrow(SessionConfigError)
  await expect(keyring).rejects.toThrow(/^`secret`.*key id/)
})
