import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { lenientV3 } from './test-support/v3-vectors.ts'
import { joinV3 } from './v3/chunks.ts'
import { readV3Cookie } from './v3/cookie.ts'
import { openV3 } from './v3/session.ts'
import { joinV4 } from './v4/chunks.ts'
import { readV4Payload } from './v4/entries.ts'
import { v4Format } from './v4/format.ts'
import { readV4IndexList } from './v4/index-list.ts'
import { verifyV4 } from './v4/open.ts'
import { readV4Info, readV4Record } from './v4/record.ts'

const ROUNDS = process.env['FULL'] ? 200_000 : 5000
const PIECES = [
  'A',
  'AQAA',
  '|',
  ':',
  ';',
  '"',
  '[',
  ']',
  '{',
  '}',
  ',',
  '\\',
  '0',
  '1795368906',
  '=',
  '%',
  '\0',
  'é',
  '\ud800',
]

const text = (): string => Array.from({ length: randomInt(60) }, () => PIECES[randomInt(PIECES.length)] ?? '').join('')

test(`${ROUNDS} texts that make no sense are never a session, and never an exception`, {
  timeout: 600_000,
}, async () => {
  const facts = { userAgent: '\ud800é\0', scheme: 'http', address: '' } as const
  const v3 = (['cookie', 'server'] as const).map((storage) => lenientV3({ secret: 'x', storage, aes: { mode: 'gcm' } }))
  const v4 = (['cookie', 'server'] as const).map((storage) =>
    v4Format({ secret: 'x', storage, bind: ['ip', 'user-agent'] }),
  )
  for (let round = 0; round < ROUNDS; round++) {
    const [value, other] = [text(), text()]
    for (const settings of v3) {
      const cookie = readV3Cookie(settings, value)
      if (cookie.ok) expect((await openV3(settings, cookie.value, facts, Buffer.from(other))).ok, value).toBe(false)
    }
    for (const format of v4) {
      // Long enough to be a header.
      const long = `AQAA${value}${'A'.repeat(110)}`.slice(0, 110) + other
      expect((await verifyV4(format, long, facts)).ok, value).toBe(false)
    }
    joinV3('s', value, randomInt(1, 9), () => other)
    joinV4('s', value, () => other)
    readV4Record(value)
    readV4Info(value, other)
    readV4Payload(value)
    readV4IndexList(value, 0)
  }
})
