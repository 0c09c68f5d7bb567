import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { isSamePath } from '../../lambdas/api/site/map-archive.ts'
import type { Beside } from './stand-ins/http-front.ts'
import type { Answer } from './stand-ins/http.ts'
import { jsonMessage } from './stand-ins/http-result.ts'

const MAGIC = 'PMTiles'

/** The address of the map for the console: the URL of `--map`, or the path under which its file is served. */
export const mapUrlOf = (map: string): string =>
  isUrl(map) ? map : `/map/${encodeURIComponent(basename(map))}`

export const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

/** Why the text is not a source of a map; null if it is one. */
export function findMapProblem(map: string): string | null {
  if (isUrl(map)) return null
  if (!map.endsWith('.pmtiles'))
    return `--map must be the URL of a MapLibre style, or a .pmtiles file or its URL, not "${map}"`
  try {
    const file = openSync(map, 'r')
    const start = Buffer.alloc(MAGIC.length)
    readSync(file, start)
    closeSync(file)
    return start.toString('latin1') === MAGIC ? null : `--map ${map} is no PMTiles archive`
  } catch (error) {
    return `--map ${map} cannot be read: ${(error as Error).message}`
  }
}

/** `bytes=0-99`, both ends inclusive; null unless it is a single range inside the file. */
function readRange(header: string, size: number): { start: number; end: number } | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? []
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start <= end ? { start, end } : null
}

function answerFile(file: string, range: string | undefined): Answer {
  const { size, mtimeMs } = statSync(file)
  const headers = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    // A replaced file has another tag, so that the library of an open map reads its directory again.
    etag: `"${size}-${Math.round(mtimeMs)}"`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  if (range === undefined)
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(size) },
      body: createReadStream(file),
    }
  const found = readRange(range, size)
  if (found === null)
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, body: '' }
  const { start, end } = found
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${size}`,
    },
    body: createReadStream(file, found),
  }
}

/** Serves a PMTiles file of this machine; the console reads the ranges that it needs. */
export function serveMapFile(file: string): Beside {
  const path = mapUrlOf(file)
  return ({ method, url, headers }) => {
    if (!isSamePath(new URL(url, 'http://front').pathname, path)) return null
    if (method !== 'GET') return Promise.resolve(jsonMessage(405, 'Method Not Allowed'))
    return Promise.resolve(answerFile(file, headers.range))
  }
}
