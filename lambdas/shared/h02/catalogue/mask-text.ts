/** What every secret becomes: never its length. */
export const mask = '****'

/** A value that hides: what is empty tells that there is none. */
export const maskValue = (value: string): string => (value.trim() === '' ? value : mask)

/** Numbers of seven digits and more, unless something says that they are no phone number. */
export const maskLongNumbers = (text: string): string => text.replace(/\+?\d{7,}/g, mask)

/** Each word of a list, its separators kept. */
export const maskWords = (text: string): string => text.replace(/[^\s,#]+/g, mask)

/** More than any text needs: rules only ever put stars where there were none. */
const mostPasses = 20

/** Until nothing is left to hide: what one rule hides may uncover what another looks for. */
export function untilStable(maskOnce: (text: string) => string, text: string): string {
  let masked = text
  for (let pass = 0; pass < mostPasses; pass++) {
    const next = maskOnce(masked)
    if (next === masked) break
    masked = next
  }
  return masked
}
