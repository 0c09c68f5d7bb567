import type { PositionAnswer, PositionPage } from './schema.ts'

/** Trackers report at least each half hour, also parked: a longer gap is a time of which nothing is known. */
const gap = 30 * 60_000

type Point = { time: number; latitude: number; longitude: number; position: PositionAnswer }

/** A track is made of fixes whose place and time can be believed; the other formats hold the rest too. */
function toPoint(position: PositionAnswer): Point[] {
  const { latitude, longitude, fixTime, valid, trusted } = position
  if (!valid || !trusted || latitude === null || longitude === null || fixTime === null) return []
  return [{ time: Date.parse(fixTime), latitude, longitude, position }]
}

function splitAtGaps(points: readonly Point[]): Point[][] {
  const segments: Point[][] = []
  for (const [i, point] of points.entries()) {
    const before = points[i - 1]
    if (!before || point.time - before.time > gap) segments.push([])
    segments.at(-1)!.push(point)
  }
  return segments
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to write most control characters, nor halves of surrogate pairs. */
export const toXmlText = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are the ones
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => entities[char]!)

/** Speed (m/s) and course are no part of GPX 1.1: readers look for them in Garmin's extension. */
function toExtension({ speedKnots, course }: PositionAnswer): string {
  const speed = speedKnots === null ? '' : `<x:speed>${((speedKnots * 1852) / 3600).toFixed(2)}</x:speed>`
  const direction = course === null ? '' : `<x:course>${course}</x:course>`
  return speed || direction
    ? `<extensions><x:TrackPointExtension>${speed}${direction}</x:TrackPointExtension></extensions>`
    : ''
}

const toTrackPoint = ({ latitude, longitude, position }: Point): string =>
  `<trkpt lat="${latitude}" lon="${longitude}"><time>${position.fixTime}</time>` +
  `${position.satellites === null ? '' : `<sat>${position.satellites}</sat>`}${toExtension(position)}</trkpt>`

/** GPX 1.1, in the order of time whatever the page's; one segment per stretch without a gap. */
export function toGpx({ deviceId, items }: PositionPage, name: string | null): string {
  const points = items.flatMap(toPoint).sort((a, b) => a.time - b.time)
  const segments = splitAtGaps(points).map(
    (points) => `<trkseg>\n${points.map(toTrackPoint).join('\n')}\n</trkseg>\n`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<gpx version="1.1" creator="h02-gateway" xmlns="http://www.topografix.com/GPX/1/1" ',
    'xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">\n',
    `<trk><name>${toXmlText(name ?? deviceId)}</name>\n`,
    ...segments,
    '</trk>\n</gpx>\n',
  ].join('')
}
