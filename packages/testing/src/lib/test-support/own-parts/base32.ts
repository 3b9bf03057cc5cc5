import type { Encoder } from '@sojourn/core/parts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 section 6 in lower case, without padding: for what changes the case of cookies. */
export const base32: Encoder = {
  name: 'base32',
  encode(bytes) {
    const bits = Array.from(bytes, (octet) => octet.toString(2).padStart(8, '0')).join('')
    const groups = bits.match(/.{1,5}/g) ?? []
    return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
  },
  decode(text) {
    const values = Array.from(text, (letter) => ALPHABET.indexOf(letter))
    if (values.includes(-1)) return undefined
    const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('')
    return Uint8Array.from(bits.match(/.{8}/g) ?? [], (octet) => Number.parseInt(octet, 2))
  },
}
