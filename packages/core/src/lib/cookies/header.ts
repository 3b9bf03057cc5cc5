const blank = (code: number): boolean => code === 0x20 || code === 0x09

/** One `name=value` part of a Cookie header. */
export interface CookiePair {
  readonly name: string
  readonly value: string
}

/**
 * Splits a Cookie header into its pairs (RFC 6265bis section 5.7.3 read strictly). Names and values are kept octet by
 * octet: only spaces and tabs around them go, nothing is decoded and quotes belong to the value, because every
 * leniency here lets another name pass as `__Host-…`. A part without `=` has no name and is nobody's.
 */
export function parseCookieHeader(header: string): CookiePair[] {
  const pairs: CookiePair[] = []
  for (const part of header.split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0) pairs.push({ name: trim(part.slice(0, equals)), value: trim(part.slice(equals + 1)) })
  }
  return pairs
}

/** The header without the cookies whose name `owns` claims; all others stay as they were. */
export function stripCookies(header: string, owns: (name: string) => boolean): string {
  const kept = header.split(';').filter((part) => {
    const equals = part.indexOf('=')
    return equals <= 0 || !owns(trim(part.slice(0, equals)))
  })
  return kept.join(';').replace(/^[ \t]+/, '')
}

/** Not `String.trim`: that also removes U+00A0 and its like, and `\u00A0__Host-session` would become ours. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && blank(text.charCodeAt(start))) start++
  while (end > start && blank(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}
