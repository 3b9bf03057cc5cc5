/** Half a character, which UTF-8 has no bytes for: encoders of text replace it in the same way. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu

/**
 * As nginx escapes a component of a URI (RFC 3986): everything but letters, digits and `-._~`. OpenResty's client for
 * memcached does this to every key.
 */
export const uriEscape = (text: string): string =>
  encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
