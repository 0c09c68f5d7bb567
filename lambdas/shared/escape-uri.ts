/** Percent-encodes all but the unreserved characters of RFC 3986, as signatures of AWS require; encodeURIComponent leaves !'()*. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
