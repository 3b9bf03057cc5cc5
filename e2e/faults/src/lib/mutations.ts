/** Cookie headers that the attacker has: the session under attack, another one, and one of another secret. */
export interface Scene {
  readonly own: string
  readonly other: string
  readonly foreign: string
}

/** The Cookie header that the attacker sends instead. It may happen to be the one there was. */
export type Mutation = (scene: Scene) => string

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Printable, and allowed in a header that Node sends. */
const ANY = `${BASE64URL} !"#$%&'()*+,./:<=>?@[\\]^\`{|}~`

const int = (below: number): number => Math.floor(Math.random() * below)
const charOf = (from: string): string => from.charAt(int(from.length))
const garbage = (length: number, from = ANY): string => Array.from({ length }, () => charOf(from)).join('')

const split = (header: string): readonly [name: string, value: string] => {
  const at = header.indexOf('=')
  return [header.slice(0, at), header.slice(at + 1)]
}

/** Changes the value and leaves the name. */
const onValue =
  (change: (value: string, scene: Scene) => string): Mutation =>
  (scene) => {
    const [name, value] = split(scene.own)
    return `${name}=${change(value, scene)}`
  }

/** Changes the sealed octets themselves: base64url hides nothing from who holds the cookie. */
const onOctets = (change: (octets: Buffer) => void): Mutation =>
  onValue((value) => {
    const octets = Buffer.from(value, 'base64url')
    change(octets)
    return octets.toString('base64url')
  })

export const mutations: Readonly<Record<string, Mutation>> = {
  untouched: ({ own }) => own,
  'one character to another': onValue((value) => {
    const at = int(value.length)
    return value.slice(0, at) + charOf(ANY) + value.slice(at + 1)
  }),
  'one bit flipped': onOctets((octets) => {
    const at = int(octets.length)
    octets[at] = (octets[at] ?? 0) ^ (1 << int(8))
  }),
  'a run of octets zeroed': onOctets((octets) => octets.fill(0, int(octets.length))),
  truncated: onValue((value) => value.slice(0, int(value.length))),
  'cut at the front': onValue((value) => value.slice(1 + int(value.length))),
  'cut out of the middle': onValue((value) => value.slice(0, int(value.length)) + value.slice(int(value.length))),
  extended: onValue((value) => value + garbage(1 + int(200))),
  'written another way': onValue((value) => {
    const ways = [`"${value}"`, `${value}=`, `%41${value}`, value.toLowerCase(), value + value, `${value},${value}`]
    return ways[int(ways.length)] ?? value
  }),
  'spliced with another session': onValue((value, { other }) => {
    const cut = int(value.length)
    return value.slice(0, cut) + split(other)[1].slice(cut)
  }),
  'beside another session': ({ own, other }) => (int(2) ? `${own}; ${other}` : `${other}; ${own}`),
  'beside garbage of its name': ({ own }) => `${own}; ${split(own)[0]}=${garbage(20, BASE64URL)}; ${own}`,
  'in chunks that there are not': onValue((value) => `${int(12)}.${value}`),
  'under another name': ({ own }) => {
    const [name, value] = split(own)
    return `${[`${name}2`, `${name}.2`, name.toUpperCase(), name.replace('__Host-', '')][int(4)]}=${value}`
  },
  'of another secret': ({ foreign }) => foreign,
  'longer than a header may be': onValue((value) => value + garbage(17_000, BASE64URL)),
  garbage: onValue(() => garbage(int(400))),
  'of another format': onValue(() => {
    const formats = [
      'eyJhbGciOiJub25lIn0.e30.',
      'Fe26.2*1*a*b*c**d*e',
      's:sid.signature',
      '{"sub":"admin"}',
      '__proto__',
    ]
    return formats[int(formats.length)] ?? ''
  }),
}
