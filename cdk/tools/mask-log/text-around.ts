import { moveSeen, type Work } from './work.ts'

/** RFC 5737 and RFC 3849: reserved for examples. */
export const DOCUMENTATION_ADDRESS = '192.0.2.1'
const DOCUMENTATION_ADDRESS_6 = '2001:db8::1'

/**
 * What stands before a pair of degrees in links and labels: `?q=`, `geo:`, `/@`, `#map=15/`, `position `, or the previous pair of a
 * route. A pair after it needs no precision to be recognized.
 */
const placeKey = [
  String.raw`\b(?:q|query|s?ll|cbll|cent(?:er|re)|[sd]addr|origin|destination|waypoints?|markers?|viewpoint|geo|loc(?:ation)?|pos(?:ition)?|points?|coord(?:inate)?s?|place|lat-?(?:lng|long?))"?[ \t]{0,3}(?:[:=]|%3[AD]|[ \t])[ \t]{0,3}(?:loc:|["'[(])?`,
  String.raw`[?&](?:at|c|dest|end|from|p|start|to|via)=`,
  String.raw`#(?:map=)?\d{1,2}(?:\.\d+)?/`,
  String.raw`/(?:@|place/|search/|dir/|maps/)`,
  String.raw`(?<=\d\.\d+(?:,|%2C)-?\d{1,3}\.\d+)(?:\||%7C|/|;)`,
].join('|')
const placePair = String.raw`(?<placeKey>${placeKey})(?<placeNorth>[+-]?\d{1,2}\.\d+)(?<placeComma>\s*,\s*|%2C(?:%20|\+)?|/)(?<placeEast>[+-]?\d{1,3}\.\d+)(?![\d.]*\d)`

/** `lat=`, `"longitude": `, `mlat=`, `start_lat=`, `lon%3D` */
const keyedDegrees = String.raw`(?<key>\b(?:m|\w+[_-])?(?:(?<isLatitude>lat)|long?|lng)(?:itude)?"?[ \t]{0,3}(?:[:=]|%3[AD]|(?<!\blong)[ \t])[ \t]{0,3}"?)(?<degrees>-?\d{1,3}\.\d+)(?![\d.]*\d)`

/** Milliseconds since 1970. The number of a SIM card can be as long, so its label must not precede it. */
const notNamed = String.raw`(?<!(?:sim|imei|imsi|iccid|tel|phone|msisdn|number)\w*"?\s*[:= ]\s*"?)`

/**
 * Patterns in the text around frames: what must be replaced, and times, which stay although they look like other
 * numbers.
 */
const around = new RegExp(
  [
    String.raw`(?<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b|${notNamed}\b1[6-9]\d{11}\b)`,
    String.raw`(?<north>-?\b\d{1,2}\.\d{3,})(?<comma>\s*,\s*)(?<east>-?\d{1,3}\.\d{3,})\b`,
    placePair,
    keyedDegrees,
    String.raw`(?<secretKey>(?:passw(?:or)?d|pwd|pass|pin|psw|secret|token|api-?key|auth\w*|apn\w*|user\w*)"?\s*[:= ]\s*"?)(?<secret>[^\s",;]+)`,
    String.raw`(?<address>\b\d{1,3}(?:\.\d{1,3}){3}\b)`,
    // The 8 groups of an IPv6 address, or fewer with "::". One that ends in an IPv4 address is found by that.
    String.raw`(?<address6>(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}))(?!\w|:[\w:]|\.\d))`,
    String.raw`(?<number>\+?\d(?:[ ()./-]{0,2}\d){5,})`,
    String.raw`(?<short>\b\d{1,5}\b)`,
  ].join('|'),
  'gi',
)

export const maskAround = (text: string, work: Work): string =>
  text.replaceAll(around, (found: string, ...rest) => {
    const groups = rest.at(-1) as Partial<Record<string, string>>
    const { time, secretKey, address, address6, short } = groups
    const id = work.numbers.knownId(found)
    if (id !== undefined) return id
    if (time !== undefined || short !== undefined) return found
    const moved = moveMatch(groups, work)
    if (moved !== null) return moved
    if (secretKey !== undefined) return `${secretKey}****`
    if (address !== undefined) return DOCUMENTATION_ADDRESS
    if (address6 !== undefined) return DOCUMENTATION_ADDRESS_6
    return '****'
  })

/** A match of degrees with its coordinates moved; null: it has none. */
function moveMatch(groups: Partial<Record<string, string>>, work: Work): string | null {
  const { key, isLatitude, degrees, placeKey: before, placeNorth, placeComma, placeEast } = groups
  const { north = placeNorth, comma = placeComma, east = placeEast } = groups
  if (degrees !== undefined)
    return `${key}${moveSeen(degrees, isLatitude === undefined ? 'longitude' : 'latitude', work)}`
  if (north === undefined || east === undefined) return null
  return `${before ?? ''}${moveSeen(north, 'latitude', work)}${comma}${moveSeen(east, 'longitude', work)}`
}

/** Degrees in the text of a reply, as in a link to a map. Those with a letter are fields: `moveDecimalPlaces`. */
const inReply = new RegExp(
  [
    placePair,
    String.raw`${keyedDegrees}(?![NSEW]\b)`,
    String.raw`(?<![\d.])(?<north>-?\d{1,2}\.\d{4,})(?<comma>,\s*)(?<east>-?\d{1,3}\.\d{4,})(?![\d.])`,
  ].join('|'),
  'gi',
)

export const moveReply = (text: string, work: Work): string =>
  text.replaceAll(inReply, (found, ...rest) => moveMatch(rest.at(-1), work) ?? found)
