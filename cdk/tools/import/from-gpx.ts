import { refuse, type Entry, type Refused } from './entry.ts'
import { makeFrame } from './made-frame.ts'

const point = /<(?:\w+:)?(trkpt|rtept|wpt)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?\1\s*>)/g
const KNOTS_PER_METER_PER_SECOND = 3_600 / 1_852

/** Points of a GPX file (1.0, 1.1) that have a time; speed and course as GPX 1.0 or Garmin's extension have them. */
export function* readGpx(deviceId: string, text: string, refused: Refused): Generator<Entry> {
  const plain = text.replaceAll(/<!--[\s\S]*?-->/g, '')
  for (const [, , attributes = '', content = ''] of plain.matchAll(point)) {
    const fixTime = Date.parse(elementIn(content, 'time') ?? '')
    if (!Number.isFinite(fixTime)) {
      refuse(refused, 'points without a time')
      continue
    }
    const speed = numberIn(elementIn(content, 'speed'))
    const raw = makeFrame(deviceId, {
      fixTime,
      valid: true,
      latitude: numberIn(attributeIn(attributes, 'lat')) ?? Number.NaN,
      longitude: numberIn(attributeIn(attributes, 'lon')) ?? Number.NaN,
      speedKnots: speed === null ? null : speed * KNOTS_PER_METER_PER_SECOND,
      course: numberIn(elementIn(content, 'course')),
      statusWord: null,
    })
    if (raw === null) refuse(refused, 'without a place or a time')
    else yield { deviceId, source: 'gpx', receivedAt: fixTime, raw }
  }
}

const attributeIn = (attributes: string, name: string): string | null =>
  new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? null

const elementIn = (content: string, name: string): string | null =>
  new RegExp(`<(?:\\w+:)?${name}\\s*>\\s*([^<]*?)\\s*<`).exec(content)?.[1] ?? null

const numberIn = (text: string | null): number | null =>
  text !== null && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : null
