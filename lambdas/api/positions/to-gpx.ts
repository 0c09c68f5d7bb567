import { newFile, type FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'

/** Trackers report at least every half hour, even when parked: after a longer gap the path in between is unknown. */
const GAP = 30 * 60_000

/**
 * A track contains only fixes with a trusted time and coordinates; other formats contain the rest too. Null: not in the
 * track.
 */
function timeOfPoint({ latitude, longitude, fixTime, valid, trusted }: PositionAnswer): number | null {
  if (!valid || !trusted || latitude === null || longitude === null || fixTime === null) return null
  return Date.parse(fixTime)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 allows neither most control characters nor halves of surrogate pairs. */
const toXmlText = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are the ones
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => entities[char]!)

/** GPX 1.1 has no speed (m/s) and course: readers look for them in Garmin's extension. */
function toExtension({ speedKnots, course }: PositionAnswer): string {
  const speed = speedKnots === null ? '' : `<x:speed>${((speedKnots * 1852) / 3600).toFixed(2)}</x:speed>`
  const direction = course === null ? '' : `<x:course>${course}</x:course>`
  return speed || direction
    ? `<extensions><x:TrackPointExtension>${speed}${direction}</x:TrackPointExtension></extensions>`
    : ''
}

const toTrackPoint = (position: PositionAnswer): string =>
  `<trkpt lat="${position.latitude}" lon="${position.longitude}"><time>${position.fixTime}</time>` +
  `${position.satellites === null ? '' : `<sat>${position.satellites}</sat>`}${toExtension(position)}</trkpt>\n`

/**
 * GPX 1.1, with one segment per stretch without a gap. Points of a batch may be earlier than their row: they start a
 * new segment.
 */
export const writeGpx: FileWriter = ({ deviceId, name }, progress) => ({
  begin: () =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>\n',
      '<gpx version="1.1" creator="h02-gateway" xmlns="http://www.topografix.com/GPX/1/1" ',
      'xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">\n',
      `<trk><name>${toXmlText(name ?? deviceId)}</name>\n`,
    ].join(''),
  add: (position) => {
    const time = timeOfPoint(position)
    if (time === null) return ''
    const before = progress.lastPointAt
    progress.lastPointAt = time
    const point = toTrackPoint(position)
    if (before === null) return `<trkseg>\n${point}`
    return time - before > GAP || time < before ? `</trkseg>\n<trkseg>\n${point}` : point
  },
  end: () => `${progress.lastPointAt === null ? '' : '</trkseg>\n'}</trk>\n</gpx>\n`,
})

/** A page as a complete file, ordered by time whatever the page's order. */
export function toGpx({ items, ...page }: PositionPage, name: string | null): string {
  const points = items.flatMap((position) => {
    const time = timeOfPoint(position)
    return time === null ? [] : [{ time, position }]
  })
  const writer = writeGpx({ ...page, name }, newFile())
  const written = points.toSorted((a, b) => a.time - b.time).map(({ position }) => writer.add(position))
  return writer.begin() + written.join('') + writer.end()
}
