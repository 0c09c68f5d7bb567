/** A service that names the address of a position. */
export type GeocoderSource =
  | { readonly kind: 'amazon-location' }
  | {
      readonly kind: 'nominatim'
      /** With a trailing slash. */
      readonly url: string
      /** The server of the OpenStreetMap Foundation, with its usage policy. */
      readonly isPublic: boolean
    }

/** The attribution to show beside an answer. */
export type Attribution = { readonly text: string; readonly url: string }

const attributions: Readonly<Record<GeocoderSource['kind'], Attribution>> = {
  'amazon-location': { text: '© Amazon Location Service', url: 'https://aws.amazon.com/location/' },
  nominatim: { text: '© OpenStreetMap contributors', url: 'https://www.openstreetmap.org/copyright' },
}
export const attributionOf = ({ kind }: GeocoderSource): Attribution => attributions[kind]

/** Reads `amazon-location` or the URL of a Nominatim server; otherwise returns a sentence about the fault. */
export function readGeocoderSource(text: string): GeocoderSource | { readonly problem: string } {
  if (text === 'amazon-location') return { kind: 'amazon-location' }
  const url = URL.canParse(text) ? new URL(text) : null
  const isBase =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '')
  // The text is not repeated, because it may contain a secret.
  if (!isBase)
    return {
      problem:
        'expected the URL of a Nominatim server, such as https://nominatim.example.com, without user, query and fragment',
    }
  return {
    kind: 'nominatim',
    url: url.href.replace(/\/*$/, '/'),
    isPublic: /(^|\.)openstreetmap\.org$/.test(url.hostname),
  }
}

/** The source that GEOCODER names; null if it is not set. Throws a sentence if it is not valid. */
export function geocoderSourceFromEnv(text: string | undefined): GeocoderSource | null {
  if (!text) return null
  const source = readGeocoderSource(text)
  if ('problem' in source) throw new Error(`GEOCODER: ${source.problem}`)
  return source
}
