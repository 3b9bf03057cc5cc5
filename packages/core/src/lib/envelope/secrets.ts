import { platform } from '#crypto'
import type { Secret } from '../contracts/options.ts'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'

const MIN_LENGTH = 32
const MIN_DISTINCT = 9
const MIN_BITS = 90

/** Examples of lua-resty-session and iron-session that are long enough to pass, and this project's own vectors. */
const PUBLISHED: RegExp =
  /^(5ixIW4QVMk0dPtoIhn41Eh1I9enP2060|QvPtlPKxOKdP5MCu1oI3lOEXIVuDckp7|623q4hR325t36VsCD3g567922IC0073T|complex_password_at_least_32_characters_long)$|sojourn vector/

/** Either alphabet, padded or not; `undefined` when the text is not exactly that. */
function fromBase64(text: string): Bytes | undefined {
  const bare = text.replace(/={1,2}$/, '')
  if (bare !== text && text.length % 4) return undefined
  const canonical = bare.replaceAll('+', '-').replaceAll('/', '_')
  const bytes = platform.fromBase64url(canonical)
  return platform.toBase64url(bytes) === canonical ? bytes : undefined
}

function fromHex(text: string): Bytes | undefined {
  const pairs = text.match(/[\da-f]{2}/gi) ?? []
  return pairs.join('') === text ? Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) : undefined
}

function bytesOf(secret: Secret): Bytes | undefined {
  if (typeof secret !== 'string') return new Uint8Array(secret)
  if (secret.startsWith('base64:')) return fromBase64(secret.slice(7))
  if (secret.startsWith('hex:')) return fromHex(secret.slice(4))
  return platform.toUtf8(secret)
}

/** One block again and again; the last may be cut off. */
function repeatsItself(octets: readonly number[]): boolean {
  const half = octets.slice(0, octets.length / 2)
  return half.some((_, at) => octets.every((octet, next) => next <= at || octet === octets[next - at - 1]))
}

/** Too little to choose from, by Shannon's estimate, even if every octet had been drawn by itself. */
function isGuessable(bytes: Bytes): boolean {
  const counts = new Map<number, number>()
  for (const octet of bytes) counts.set(octet, (counts.get(octet) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits += count * Math.log2(bytes.length / count)
  return counts.size < MIN_DISTINCT || bits < MIN_BITS || repeatsItself([...bytes])
}

function problemOf(bytes: Bytes): string | undefined {
  if (bytes.length < MIN_LENGTH) return `has ${bytes.length} bytes, fewer than ${MIN_LENGTH}`
  if (PUBLISHED.test(platform.fromUtf8(bytes))) return 'is an example from published documentation'
  if (isGuessable(bytes)) return 'can be guessed: it repeats itself or has too few different characters'
  return undefined
}

/** The bytes of one secret, or what is wrong with it. */
function parseSecret(secret: Secret): Bytes | string {
  if (!secret) return 'is empty'
  if (typeof secret !== 'string' && !ArrayBuffer.isView(secret)) return 'is neither text nor bytes'
  const bytes = bytesOf(secret)
  return bytes ? (problemOf(bytes) ?? bytes) : 'is not what its prefix `base64:` or `hex:` says'
}

/**
 * The bytes of one secret, or of a list with the newest first: `base64:` and `hex:` text decoded, other text as UTF-8.
 *
 * @throws SessionConfigError naming a secret by its place, never by its value: it is empty, cannot be decoded, has
 * fewer than 32 bytes, can be guessed, is a published example (ASVS 13.2.3, CWE-1392) or is in the list twice.
 */
export function parseSecrets(secret: Secret | readonly Secret[]): Bytes[] {
  const isList = Array.isArray(secret)
  const list: readonly Secret[] = isList ? secret : [secret]
  const places = new Map<string, string>()
  const refuse = (place: string, problem: string): never => {
    throw new SessionConfigError(`\`${place}\` ${problem}. Make one with \`openssl rand -base64 32\`.`)
  }
  if (!list.length) refuse('secret', 'is an empty list')
  return list.map((one, at) => {
    const place = isList ? `secret[${at}]` : 'secret'
    const bytes = parseSecret(one)
    if (typeof bytes === 'string') return refuse(place, bytes)
    const text = platform.toBase64url(bytes)
    const earlier = places.get(text)
    if (earlier) refuse(place, `is the same as \`${earlier}\``)
    places.set(text, place)
    return bytes
  })
}
