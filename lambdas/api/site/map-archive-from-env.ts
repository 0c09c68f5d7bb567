import type { Log } from '../../shared/log.ts'
import { createSignedFetch } from '../../shared/signed-fetch.ts'
import { requireArchive } from './config.ts'
import { createMapArchive, type MapArchive } from './map-archive.ts'

const TIMEOUT_MS = 10_000

/** The archive that MAP_PMTILES names; null: none. `AWS_ENDPOINT_URL_S3` replaces the endpoint of S3, as for the SDK. */
export function mapArchiveFromEnv(
  { region, log }: { readonly region: string; readonly log: Log },
  env: Readonly<Record<string, string | undefined>> = process.env,
): MapArchive | null {
  if (!env.MAP_PMTILES) return null
  return createMapArchive(requireArchive(env.MAP_PMTILES), {
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? `https://s3.${region}.amazonaws.com`,
    send: createSignedFetch({ service: 's3', region, timeoutMs: TIMEOUT_MS, env }),
    onMissing: (status) =>
      log.warn('the map cannot be read from its bucket', { archive: env.MAP_PMTILES, status }),
  })
}
