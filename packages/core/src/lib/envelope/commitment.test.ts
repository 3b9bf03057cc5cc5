import { createCipheriv } from 'node:crypto'
import { expect, test } from 'vitest'
import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { createEnvelope } from './envelope.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import { defaultSealing } from './sealing.ts'

/** GF(2^128) as GCM uses it (NIST SP 800-38D, section 6.3): the first bit of a block is the lowest power. */
const REDUCTION = 0xe1n << 120n

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n
  let shifted = b
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n
  }
  return product
}

/** a^(2^128 - 2), by Fermat. */
function inverse(a: bigint): bigint {
  let result = 1n << 127n
  let power = a
  for (let bit = 1; bit < 128; bit++) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}

const toNumber = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`)
const toBlock = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(32, '0'), 'hex')

function aesBlock(key: Bytes, block: Uint8Array): bigint {
  return toNumber(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block))
}

function ghash(h: bigint, blocks: Uint8Array): bigint {
  let sum = 0n
  for (let at = 0; at < blocks.length; at += 16) sum = multiply(sum ^ toNumber(blocks.subarray(at, at + 16)), h)
  return sum
}

/** header ‖ ciphertext ‖ tag that AES-256-GCM takes for genuine under both keys. The last block is what makes it so. */
function validUnderBoth(keys: readonly [Bytes, Bytes], header: Bytes, length: number): Bytes {
  const ciphertext = Buffer.alloc(length, 0xa5).fill(0, length - 16)
  const lengths = Buffer.alloc(16)
  lengths.writeUInt32BE(header.length * 8, 4)
  lengths.writeUInt32BE(length * 8, 12)
  const padding = Buffer.alloc(-header.length & 15)
  const firstCounter = Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? 1 : 0))
  const [one, two] = keys.map((key) => {
    const h = aesBlock(key, new Uint8Array(16))
    const tagOf = (body: Uint8Array): bigint =>
      ghash(h, Buffer.concat([header, padding, body, lengths])) ^ aesBlock(key, firstCounter)
    return { squared: multiply(h, h), tagOf }
  })
  const difference = one!.tagOf(ciphertext) ^ two!.tagOf(ciphertext)
  toBlock(multiply(difference, inverse(one!.squared ^ two!.squared))).copy(ciphertext, length - 16)
  return Buffer.concat([header, ciphertext, toBlock(one!.tagOf(ciphertext))])
}

test('a ciphertext that two keys take for genuine is opened by the one it commits to and by no other', async () => {
  const secrets = [1, 2].map((seed) => Uint8Array.from({ length: 32 }, (_, at) => at * seed + seed))
  const [first, second] = await Promise.all(secrets.map((secret) => createKeyring([secret])))
  const { kid } = first!.newest
  // As if the second secret had the same key id, so that only the commitment is left to tell them apart.
  const impostor: Keyring = { ...second!, find: () => second!.newest }
  const context = { name: '__Host-session', audience: '' }

  const genuine = await createEnvelope({ ...context, keyring: first! }).seal('session', new Uint8Array(64))
  const header = genuine.slice(0, 61)
  const text = (value: string): Bytes => new TextEncoder().encode(value)
  const named = ['__Host-session', 'session', '', defaultSealing.suite].flatMap((value) => [
    Uint8Array.of(0, value.length),
    text(value),
  ])
  const info = [text('sojourn/1'), ...named, new Uint8Array(2), kid, header.subarray(5, 29)]
  const [keyOne, keyTwo] = await Promise.all(
    [first!, second!].map(async ({ newest }) =>
      Uint8Array.from(await platform.expand(newest.prk, info)).subarray(0, 32),
    ),
  )

  const sealed = validUnderBoth([keyOne!, keyTwo!], header, 64)
  expect(await platform.decrypt(keyOne!, sealed, 61)).toHaveLength(64)
  expect(await platform.decrypt(keyTwo!, sealed, 61)).toHaveLength(64)

  expect(await createEnvelope({ ...context, keyring: first! }).open('session', sealed)).toMatchObject({ ok: true })
  expect(await createEnvelope({ ...context, keyring: impostor }).open('session', sealed)).toEqual({
    ok: false,
    refusal: 'tampered',
  })
})
