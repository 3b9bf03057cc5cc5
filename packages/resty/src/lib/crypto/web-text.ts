import type { Bytes } from '@sojourn/core'
import type { TextPlatform } from './types.ts'

const encoder = new TextEncoder()
/** A call takes so many arguments in every engine. */
const MOST_ARGUMENTS = 8192

function toLatin1Text(bytes: Bytes): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += MOST_ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(at, at + MOST_ARGUMENTS))
  }
  return text
}

const fromLatin1Text = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0))

export const text: TextPlatform = {
  toBase64url: (bytes) => btoa(toLatin1Text(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),

  fromBase64url(value) {
    const base64 = value.replaceAll('-', '+').replaceAll('_', '/')
    try {
      return fromLatin1Text(atob(base64))
    } catch {
      return new Uint8Array(0)
    }
  },

  toHex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),

  fromHex: (value) =>
    Uint8Array.from({ length: value.length >> 1 }, (_, at) => Number.parseInt(value.slice(at * 2, at * 2 + 2), 16)),

  toUtf8: (value) => encoder.encode(value),

  toLatin1: fromLatin1Text,

  concat(parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  },
}
