/** A region of the map (a PMTiles archive) in a bucket; the console reads ranges of it. */
import type { SignedFetch } from '../../shared/signed-fetch.ts'
import { escapeUri } from '../../shared/escape-uri.ts'

/** A Lambda function returns at most 6 MB, including the third that base64 adds. Tiles are below 1 MB. */
const MAX_PART_BYTES = 4 * 1024 * 1024

/** The headers of S3 that browsers need. */
type MapPart =
  | {
      readonly status: 206
      readonly body: ArrayBuffer
      readonly contentRange: string
      readonly etag: string | null
    }
  /** The range is not in the file. */
  | { readonly status: 416; readonly contentRange: string }
  | { readonly status: 404 }

export type MapArchive = {
  /** The path under which the console gets it. */
  readonly path: string
  /** `range`: a Range header. Rejects if the bucket cannot be reached. */
  readonly read: (range: string) => Promise<MapPart>
}

/** A key may have any character, but its last part becomes a path, in which servers interpret some. */
const locationPattern =
  /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/((?:\P{Cc}*\/)?[^/\\?#%\p{Cc}]*\.pmtiles)$/u

/** `s3://bucket/key`; null for anything else. */
export function readLocation(location: string): { readonly bucket: string; readonly key: string } | null {
  const [, bucket, key] = locationPattern.exec(location) ?? []
  return bucket === undefined || key === undefined ? null : { bucket, key }
}

export const pathOfArchive = (key: string): string => `/map/${encodeURIComponent(key.split('/').at(-1)!)}`

/**
 * Compares paths decoded: API Gateway decodes the path of a request, and a URL made of it encodes fewer characters than
 * `encodeURIComponent`.
 */
export function isSamePath(path: string, other: string): boolean {
  try {
    return decodeURIComponent(path) === decodeURIComponent(other)
  } catch {
    return false
  }
}

/** `bytes=0-99`, with both ends and within the limit, as the map library requests. */
export function isPart(range: string | undefined): range is string {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range ?? '') ?? []
  if (from === undefined || to === undefined) return false
  return Number(from) <= Number(to) && Number(to) - Number(from) < MAX_PART_BYTES
}

export function createMapArchive(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  {
    endpoint,
    send,
    onMissing,
  }: {
    /** The endpoint of S3 in the region of the bucket. */
    readonly endpoint: string
    readonly send: SignedFetch
    /** Called with the status of S3 when the file cannot be read: it is missing, or not allowed. */
    readonly onMissing: (status: number) => void
  },
): MapArchive {
  const url = `${endpoint}/${bucket}/${key.split('/').map(escapeUri).join('/')}`
  return {
    path: pathOfArchive(key),
    read: async (range) => {
      const answer = await send(url, { headers: { range } })
      const contentRange = answer.headers.get('content-range') ?? ''
      if (answer.status === 206) {
        const body = await answer.arrayBuffer()
        return { status: 206, body, contentRange, etag: answer.headers.get('etag') }
      }
      await answer.body?.cancel()
      if (answer.status === 416) return { status: 416, contentRange }
      if (answer.status >= 500) throw new Error(`S3 answered ${answer.status}`)
      onMissing(answer.status)
      return { status: 404 }
    },
  }
}
