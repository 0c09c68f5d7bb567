import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow } from '../../shared/clock.ts'
import type { Log } from '../../shared/log.ts'
import { createSignedFetch } from '../../shared/signed-fetch.ts'
import { ASK_TIMEOUT_MS, type AskAddress } from './ask.ts'
import { createAskAmazon } from './ask-amazon.ts'
import { createAskNominatim } from './ask-nominatim.ts'
import { createGeocoder, type Geocoder } from './geocoder.ts'
import { attributionOf, geocoderSourceFromEnv, type GeocoderSource } from './source.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The usage policy of the public server allows 1 request a second. Other servers belong to the installation, or are paid per
 * request.
 */
const perSecondOf = (source: GeocoderSource): number =>
  source.kind === 'nominatim' && source.isPublic ? 1 : 10

const askOf = (source: GeocoderSource, region: string, env: Env): AskAddress =>
  source.kind === 'nominatim'
    ? createAskNominatim(source.url)
    : createAskAmazon(
        env.AWS_ENDPOINT_URL_GEO_PLACES ?? `https://places.geo.${region}.amazonaws.com`,
        createSignedFetch({ service: 'geo-places', region, timeoutMs: ASK_TIMEOUT_MS, env }),
      )

/** The geocoder that GEOCODER names; null: none. `AWS_ENDPOINT_URL_GEO_PLACES` replaces the endpoint of Amazon Location. */
export function geocoderFromEnv(
  { region, log }: { readonly region: string; readonly log: Pick<Log, 'warn'> },
  env: Env = process.env,
): Geocoder | null {
  const source = geocoderSourceFromEnv(env.GEOCODER)
  if (source === null) return null
  return createGeocoder({
    ask: askOf(source, region, env),
    attribution: attributionOf(source),
    perSecond: perSecondOf(source),
    log,
    // The monotonic clock, because a wall clock that is set back would stop the geocoder for that time.
    now: monotonicNow,
    sleep,
  })
}
