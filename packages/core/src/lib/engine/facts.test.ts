import { describe, expect, it } from 'vitest'
import type { BindableFact } from '../contracts/options.ts'
import type { ClientFacts } from '../contracts/request.ts'
import { SessionConfigError } from '../errors.ts'
import { boundFacts, isLoopback } from './facts.ts'

const ALL: readonly BindableFact[] = ['userAgent', 'scheme', 'address', 'tlsSession']
const client: ClientFacts = {
  userAgent: 'Firefox',
  scheme: 'https',
  address: '192.0.2.1',
  tlsSession: 'abc',
  host: 'example.com',
}

const hash = async (bind: readonly BindableFact[], facts: ClientFacts): Promise<string> =>
  Buffer.from(await boundFacts(bind, facts)).toString('hex')

describe('the bound facts of a client', () => {
  it('are 16 bytes, the same for the same client', async () => {
    expect(await hash(ALL, client)).toMatch(/^[0-9a-f]{32}$/)
    expect(await hash(ALL, { ...client })).toBe(await hash(ALL, client))
  })

  it('are nothing when nothing is bound', async () => {
    expect(await hash([], client)).toBe('')
  })

  it.each(ALL)('change with %s where it is bound, and only there', async (fact) => {
    const other = { ...client, [fact]: 'other' } as ClientFacts
    expect(await hash(ALL, other)).not.toBe(await hash(ALL, client))
    const rest = ALL.filter((bound) => bound !== fact)
    expect(await hash(rest, other)).toBe(await hash(rest, client))
  })

  it('do not depend on the host', async () => {
    expect(await hash(ALL, { ...client, host: 'other' })).toBe(await hash(ALL, client))
  })

  it.each<[ClientFacts, ClientFacts]>([
    [
      { userAgent: 'a;address=b', address: 'c' },
      { userAgent: 'a', address: 'b;address=c' },
    ],
    [
      { userAgent: 'a;address=1:b', address: 'c' },
      { userAgent: 'a', address: 'b;address=1:c' },
    ],
    [
      { userAgent: 'ab', address: 'c' },
      { userAgent: 'a', address: 'bc' },
    ],
    [
      { userAgent: 'a', address: '' },
      { userAgent: '', address: 'a' },
    ],
  ])('tell %o from %o, whatever separators they contain', async (one, other) => {
    const bind = ['userAgent', 'address'] as const
    expect(await hash(bind, one)).not.toBe(await hash(bind, other))
  })

  it('include a User-Agent that the client did not send, as none', async () => {
    const { userAgent: _, ...silent } = client
    expect(await hash(ALL, silent)).toBe(await hash(ALL, { ...client, userAgent: '' }))
    expect(await hash(ALL, silent)).not.toBe(await hash(ALL, client))
  })

  it('B51: may be 10 KB long', async () => {
    expect(await hash(['userAgent'], { userAgent: 'x'.repeat(10_240) })).toMatch(/^[0-9a-f]{32}$/)
  })

  it.each([
    ['scheme', 'trustedHops'],
    ['address', 'trustedHops'],
    ['tlsSession', 'clientFacts'],
  ] as const)('are a mistake of the configuration without the %s, which only a server can know', (fact, fix) => {
    const { [fact]: _, ...silent } = client
    expect(() => boundFacts(ALL, silent)).toThrow(SessionConfigError)
    expect(() => boundFacts(ALL, silent)).toThrow(new RegExp(`\`bind\` lists ${fact}.*\`${fix}\``))
  })
})

describe('this machine itself', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'localhost:3000',
    'app.localhost',
    'a.b-c.localhost:8080',
    '127.0.0.1',
    '127.0.0.1:3000',
    '127.255.255.254',
    '[::1]',
    '[::1]:3000',
  ])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each([
    '',
    'example.com',
    'localhost.evil.com',
    'localhost.evil.com:80',
    'evil-localhost',
    'evillocalhost',
    '127.0.0.1.evil.com',
    '127.0.0.1.1',
    '127.0.0',
    '127.1',
    '1127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '192.168.0.1',
    '::1',
    '[::1].evil.com',
    '[::2]',
    '[::]',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    'localhost@evil.com',
    'evil.com#localhost',
    'evil.com/localhost',
    'localhost:3000:evil.com',
    'localhost:evil',
    'evil.com\nlocalhost',
    'localhost\n',
    ' localhost',
    'localhost,evil.com',
    '.localhost',
    'ẖlocalhost',
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false)
  })

  it('is not found out by a Host that takes long to compare', () => {
    expect(isLoopback(`${'a.'.repeat(30_000)}localhos`)).toBe(false)
    expect(isLoopback(`${'a-'.repeat(30_000)}localhos`)).toBe(false)
  })
})
