/** `https://tiles.example.com`, without a path. A wildcard or another sign could change the policy of the page. */
export const isMapOrigin = (text: string): boolean =>
  /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/.test(text) && URL.canParse(text)

/** The origins of MAP_ORIGINS; throws at start if one is not valid. */
export function readMapOrigins(text = process.env.MAP_ORIGINS ?? ''): string[] {
  const origins = text.split(/\s+/).filter((origin) => origin !== '')
  for (const origin of origins)
    if (!isMapOrigin(origin))
      throw new Error(`MAP_ORIGINS must have origins like https://tiles.example.com, not "${origin}"`)
  return origins
}
