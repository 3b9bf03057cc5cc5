/**
 * As nginx escapes a component of a URI (RFC 3986): everything but letters, digits and `-._~`. OpenResty's client for
 * memcached does this to every key.
 */
export const uriEscape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
