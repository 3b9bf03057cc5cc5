import type { Identifier } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { testCookieJar } from '../cookie-jar.ts'
import { expectSessionsKept, sessionsWith } from './keeps-sessions.ts'

export interface IdentifierSuiteOptions {
  readonly name: string
  readonly create: () => Identifier
  /** The lengths that it can make, of 16 to 64. Default 16, 32 and 64. */
  readonly lengths?: readonly number[]
}

const MANY = 2000
/** What cannot be guessed, at least: 16 bytes (OWASP asks for 8). */
const RANDOM_BYTES = 16

/** The conformance suite of identifiers: call it in a vitest file. */
export function testIdentifier({ name, create, lengths = [16, 32, 64] }: IdentifierSuiteOptions): void {
  const identifier = create()
  const ids = (length: number) => Array.from({ length: MANY }, () => identifier(length))

  describe(`the ${name} identifier`, () => {
    test.each(lengths)('makes ids of %i bytes, no two the same', (length) => {
      const made = ids(length)
      expect(made.every((id) => id instanceof Uint8Array && id.length === length)).toBe(true)
      expect(new Set(made.map((id) => Buffer.from(id).toString('hex'))).size).toBe(MANY)
    })

    test('gives bytes of its own', () => {
      const first = identifier(lengths[0] ?? 32)
      const kept = Uint8Array.from(first)
      identifier(lengths[0] ?? 32)
      expect(Uint8Array.from(first)).toEqual(kept)
    })

    test(`leaves at least ${RANDOM_BYTES} bytes to chance`, () => {
      const made = ids(Math.max(...lengths))
      const different = Array.from(made[0] ?? [], (_, at) => new Set(made.map((id) => id[at])).size)
      // Of 2,000 random octets, nearly all 256 come up.
      expect(different.filter((count) => count > 240).length).toBeGreaterThanOrEqual(RANDOM_BYTES)
    })

    test('keeps sessions, and gives each visitor another', async () => {
      const idLength = lengths[0] ?? 32
      await expectSessionsKept({ identifier, idLength })
      const sessions = sessionsWith({ identifier, idLength })
      const shown = new Set<string>()
      for (let visitor = 0; visitor < 20; visitor++) {
        const session = await sessions.open({ jar: testCookieJar() })
        session.data['visitor'] = visitor
        await session.save()
        shown.add(session.id)
      }
      expect(shown.size).toBe(20)
    })
  })
}
