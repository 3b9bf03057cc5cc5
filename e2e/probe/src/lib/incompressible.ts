const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** That many random ASCII characters (at most 65,536): no compressor gains much, and JSON escapes none. */
export function incompressible(length: number): string {
  const random = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(random, (byte) => ALPHABET[byte & 63]).join('')
}
