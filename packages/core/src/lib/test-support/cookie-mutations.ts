import type { Refusal } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import { fromBase64url, toBase64url } from '../crypto/base64url.ts'
import type { Random } from './random.ts'

export const NAME: string = 'session'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Everything printable that may stand inside a Cookie header's value, and some that may not. */
const ANY = `${BASE64URL} !"#$%&'()*+,./:<=>?@[\\]^\`{|}~\t\x01\x7f\u00a0äÿ`

export type Cookies = readonly (readonly [name: string, value: string])[]

/** The session under attack, and others that the attacker has in full. */
export interface Scene {
  readonly random: Random
  readonly own: Cookies
  readonly bobs: Cookies
  readonly foreign: Readonly<Record<'otherKey' | 'otherAudience' | 'otherName' | 'otherPurpose', string>>
}

const MANGLED: readonly Refusal[] = ['malformed', 'tampered', 'unknown-key']
const CHUNKS: readonly Refusal[] = ['incomplete', 'ambiguous', ...MANGLED]
const CUT: readonly Refusal[] = ['missing', ...CHUNKS]

export interface Mutation {
  readonly may: readonly Refusal[]
  /** By chance it leaves a whole session as it was, which then opens. */
  readonly mayBeWhole?: true
  /** What the attacker sends. */
  readonly make: (scene: Scene) => Cookies
}

const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1)
const charOf = (random: Random, from: string): string => from.charAt(random.int(from.length))

/** Changes one of the session's cookies. */
const onValue =
  (change: (value: string, random: Random) => string): Mutation['make'] =>
  ({ own, random }) => {
    const at = random.int(own.length)
    return own.map(([name, value], index) => [name, index === at ? change(value, random) : value])
  }

/** Changes the sealed octets themselves: base64url hides nothing from who holds the cookie. */
const onOctets = (change: (octets: Bytes, random: Random) => Bytes): Mutation['make'] =>
  onValue((value, random) => {
    const [number = ''] = /^\d\./.exec(value) ?? []
    return number + toBase64url(change(fromBase64url(value.slice(number.length)), random))
  })

const garbage = (random: Random, length: number, from = ANY): string =>
  Array.from({ length }, () => charOf(random, from)).join('')

/** Ways to change the cookies of a session, and the refusals they may meet. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'one character to another': {
    mayBeWhole: true,
    may: MANGLED,
    make: onValue((value, random) => replaced(value, random.int(value.length), charOf(random, BASE64URL))),
  },
  'one character to any': {
    mayBeWhole: true,
    may: CHUNKS,
    make: onValue((value, random) => replaced(value, random.int(value.length), charOf(random, ANY))),
  },
  'one bit flipped': {
    may: MANGLED,
    make: onOctets((octets, random) => {
      const at = random.int(octets.length)
      octets[at] = (octets[at] ?? 0) ^ (1 << random.int(8))
      return octets
    }),
  },
  'a run of octets zeroed': {
    may: MANGLED,
    make: onOctets((octets, random) => octets.fill(0, random.int(octets.length))),
  },
  'two octets exchanged': {
    mayBeWhole: true,
    may: MANGLED,
    make: onOctets((octets, random) => {
      const [one, other] = [random.int(octets.length), random.int(octets.length)]
      ;[octets[one], octets[other]] = [octets[other] ?? 0, octets[one] ?? 0]
      return octets
    }),
  },
  truncated: { may: CUT, make: onValue((value, random) => value.slice(0, random.int(value.length))) },
  'cut at the front': { may: CUT, make: onValue((value, random) => value.slice(1 + random.int(value.length))) },
  'cut out of the middle': {
    mayBeWhole: true,
    may: CUT,
    make: onValue((value, random) => value.slice(0, random.int(value.length)) + value.slice(random.int(value.length))),
  },
  extended: {
    mayBeWhole: true,
    may: CHUNKS,
    make: onValue((value, random) => value + garbage(random, 1 + random.int(200), random.pick([BASE64URL, ANY]))),
  },
  'extended at the front': {
    mayBeWhole: true,
    may: CHUNKS,
    make: onValue((value, random) => charOf(random, ANY) + value),
  },
  'written another way': {
    may: MANGLED,
    make: onValue((value, random) =>
      random.pick([
        `"${value}"`,
        `${value}=`,
        `${value}==`,
        encodeURIComponent(`${value}%`),
        `%${value.charCodeAt(0).toString(16)}${value.slice(1)}`,
        value.replaceAll('-', '+').replaceAll('_', '/'),
        `${value},${value}`,
        value.toLowerCase(),
        value + value,
      ]),
    ),
  },
  'spliced with another session': {
    mayBeWhole: true,
    may: CHUNKS,
    make: ({ own, bobs, random }) => {
      const at = random.int(own.length)
      const other = bobs[at]?.[1] ?? ''
      return own.map(([name, value], index) => {
        const cut = random.int(value.length)
        return [name, index === at ? value.slice(0, cut) + other.slice(cut) : value]
      })
    },
  },
  'with one cookie less': {
    may: CUT,
    make: ({ own, random }) => {
      const at = random.int(own.length)
      return own.filter((_, index) => index !== at)
    },
  },
  'with its values in another order': {
    mayBeWhole: true,
    may: CHUNKS,
    make: ({ own, random }) => {
      const values = own.map(([, value]) => value)
      const by = 1 + random.int(Math.max(1, values.length - 1))
      return own.map(([name], index) => [name, values[(index + by) % values.length] ?? ''])
    },
  },
  'with one value of another session': {
    may: CHUNKS,
    make: ({ own, bobs, random }) => {
      const at = random.int(own.length)
      return own.length === 1
        ? [[NAME, garbage(random, 300, BASE64URL)]]
        : own.map(([name, value], index) => [name, index === at ? (bobs[at]?.[1] ?? '') : value])
    },
  },
  'with a second value that also opens': {
    may: ['ambiguous'],
    make: ({ own, bobs, random }) => {
      const both = [...own, ...bobs]
      return random.int(2) === 0 ? both : both.reverse()
    },
  },
  'with more values than are looked at': {
    may: ['ambiguous'],
    make: ({ own, random }) => [...own, ...Array.from({ length: 5 }, () => [NAME, random.text(9)] as const)],
  },
  'with another number of cookies': {
    mayBeWhole: true,
    may: CHUNKS,
    make: ({ own, random }) =>
      own.map(([name, value], index) => [
        name,
        index === 0
          ? `${random.pick([...'0123456789', '10', '999999', 'x', ''])}.${value.replace(/^\d\./, '')}`
          : value,
      ]),
  },
  'under another name': {
    may: ['missing'],
    make: ({ own, random }) => {
      const rename = random.pick([
        (name: string) => `${name}2`,
        (name: string) => name.toUpperCase(),
        (name: string) => `\u00a0${name}`,
        (name: string) => `%73${name.slice(1)}`,
        (name: string) => `__Host-${name}`,
        (name: string) => `"${name}"`,
      ])
      return own.map(([name, value]) => [rename(name), value])
    },
  },
  'of another key, audience, name or purpose': {
    may: ['unknown-key', 'tampered'],
    make: ({ foreign, random }) => [
      [NAME, foreign[random.pick(['otherKey', 'otherAudience', 'otherName', 'otherPurpose'])]],
    ],
  },
  garbage: {
    may: ['malformed', 'incomplete', 'missing', 'unknown-key'],
    make: ({ random }) => [
      [NAME, garbage(random, random.int(random.pick([10, 400, 9000])), random.pick([BASE64URL, ANY]))],
    ],
  },
  'of somebody else’s format': {
    may: ['malformed'],
    make: ({ random }) => [
      [
        NAME,
        random.pick([
          btoa('{"sub":"admin"}'),
          `${btoa('{"alg":"none"}')}.${btoa('{"sub":"admin"}')}.`,
          'Fe26.2*1*abc*def*ghi**jkl*mno',
          'Fe26.2*constructor*abc*def*ghi**jkl*mno',
          's:sid.signature',
          '{"sub":"admin"}',
          'undefined',
          '__proto__',
          '../../etc/passwd',
          'a\r\nFLUSHALL',
        ]),
      ],
    ],
  },
}
