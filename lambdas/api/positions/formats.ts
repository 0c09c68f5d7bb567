import { Problem } from '../problem.ts'
import type { FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'
import { toCsv, writeCsv } from './to-csv.ts'
import { toGeoJson, writeGeoJson } from './to-geojson.ts'
import { toGpx, writeGpx } from './to-gpx.ts'

/** Renders a page. `texts` are its items as JSON, which the page's budget has already made. */
type RenderPage = (page: PositionPage, name: string | null, texts: readonly string[]) => string

const toJson: RenderPage = (page, _name, texts) =>
  `${JSON.stringify({ ...page, items: undefined }).slice(0, -1)},"items":[${texts.join(',')}]}`

const toLine = (position: PositionAnswer): string => `${JSON.stringify(position)}\n`

/** One JSON object per line. The Link header refers to the next page. */
const toNdjson: RenderPage = ({ items }) => items.map(toLine).join('')

const writeNdjson: FileWriter = () => ({ begin: () => '', add: toLine, end: () => '' })

/** All formats of positions; add a row to add a format. */
export const formats = {
  json: { mediaType: 'application/json', render: toJson },
  geojson: { mediaType: 'application/geo+json', render: toGeoJson },
  csv: { mediaType: 'text/csv', render: toCsv },
  gpx: { mediaType: 'application/gpx+xml', render: toGpx },
  ndjson: { mediaType: 'application/x-ndjson', render: toNdjson },
} as const satisfies Record<string, { readonly mediaType: string; readonly render: RenderPage }>
type Format = keyof typeof formats
export const formatNames = Object.keys(formats) as [Format, ...Format[]]

/** The formats in which a whole range can be exported as one file. */
export const fileWriters = {
  csv: writeCsv,
  gpx: writeGpx,
  geojson: writeGeoJson,
  ndjson: writeNdjson,
} as const satisfies Partial<Record<Format, FileWriter>>
type FileFormat = keyof typeof fileWriters
export const fileFormatNames = Object.keys(fileWriters) as [FileFormat, ...FileFormat[]]

type Range = { readonly type: string; readonly quality: number }

const readAccept = (accept: string): Range[] =>
  accept
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
      const q = parameters.find((parameter) => parameter.startsWith('q='))
      return { type, quality: q === undefined ? 1 : Number(q.slice(2)) }
    })
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality)

const covers = (range: string, mediaType: string): boolean =>
  range === '*/*' || range === mediaType || (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)))

/** The format that Accept asks for; JSON by default. A browser's `text/html, *\/*` gets JSON. */
export function chooseFormat(accept: string | undefined): Format {
  if (!accept?.trim()) return 'json'
  for (const { type } of readAccept(accept)) {
    const fitting = formatNames.find((name) => covers(type, formats[name].mediaType))
    if (fitting) return fitting
  }
  const offered = formatNames.map((name) => formats[name].mediaType).join(', ')
  throw new Problem(
    'not-acceptable',
    `expected an Accept header with one of ${offered}, or format=${formatNames.join('|')}`,
  )
}
