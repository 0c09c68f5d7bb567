import type { Axis } from './move.ts'
import { moveSeen, type Work } from './work.ts'

/** RFC 5737 and RFC 3849: reserved for examples. */
export const DOCUMENTATION_ADDRESS = '192.0.2.1'
const DOCUMENTATION_ADDRESS_6 = '2001:db8::1'

/** The start of a key, also behind an encoded quote, and a quote around it. */
const keyStart = String.raw`(?:\b|(?<=%22))`
const quote = String.raw`(?:\\?["']|%22)?`

/**
 * What stands before a pair of degrees in links and labels: `?q=`, `geo:`, `/@`, `#map=15/`, `position `, or the previous pair of a
 * route. A pair after it needs no precision to be recognized.
 */
const placeKey = [
  String.raw`${keyStart}(?:q|query|s?ll|cbll|cent(?:er|re)|[sd]addr|origin|destination|waypoints?|markers?|viewpoint|geo|loc(?:ation)?|pos(?:ition)?|points?|coord(?:inate)?s?|place|lat-?(?:lng|long?))${quote}[ \t]{0,3}(?:[:=]|%3[AD]|[ \t])[ \t]{0,3}(?:loc:|["'[(])?`,
  String.raw`[?&](?:at|c|dest|end|from|p|start|to|via)=`,
  String.raw`#(?:map=)?\d{1,2}(?:\.\d+)?/`,
  String.raw`/(?:@|place/|search/|dir/|maps/)`,
  String.raw`(?<=\d\.\d+(?:,|%2C)-?\d{1,3}\.\d+)(?:\||%7C|/|;)`,
].join('|')
const eastFirstHost = String.raw`\b(?:yandex|mapbox|maptiler|[\w-]*osrm|openrouteservice)\.`
/** GeoJSON and KML, and links of maps whose pairs begin with the longitude. */
const eastNorthPair = String.raw`[+-]?\d{1,3}\.\d+(?:,|%2C)[+-]?\d{1,2}\.\d+`
const longitudeFirst = [
  String.raw`(?<eastFirst>(?:${keyStart}coordinates${quote}\s*(?:[:=]|%3A)\s*(?:\[|%5B)|<coordinates>)(?:[\s,;~[\]\d.+-]|%(?:5B|5D|2C|7E|20))*`,
  String.raw`(?=[+-]?\d)(?<=${eastFirstHost}\S{0,300}[^\d.+-])${eastNorthPair}(?:(?:[;~|]|%7C|%7E)${eastNorthPair})*(?![\d.]*\d))`,
].join('|')
const eastNorth = /(?<![\d.])([+-]?\d{1,3}\.\d+)(\s*,\s*|%2C(?:%20)?)([+-]?\d{1,2}\.\d+)(?![\d.]*\d)/gi

const pairAfterKey = String.raw`(?<placeKey>(?:(?<=(?<eastHost>${eastFirstHost})\S{0,300})|)(?:${placeKey}))(?<placeFirst>[+-]?\d{1,3}\.\d+)(?<placeComma>\s*,\s*|%2C(?:%20|\+)?|/)(?<placeSecond>[+-]?\d{1,3}\.\d+)(?![\d.]*\d)`

/** `lat=`, `"longitude": `, `mlat=`, `start_lat=`, `lon%3D` */
const keyedDegrees = String.raw`(?<key>${keyStart}(?:m|\w+[_-])?(?:(?<isLatitude>lat)|long?|lng)(?:itude)?${quote}[ \t]{0,3}(?:[:=]|%3[AD]|(?<!\blong)[ \t])[ \t]{0,3}${quote})(?<degrees>-?\d{1,3}\.\d+)(?![\d.]*\d)`

/** A list of numbers that are named as something else. */
const otherNumbers = String.raw`(?<other>\b(?:volt(?:age|s)?|v|batt?(?:ery)?|supply|temp(?:erature)?|version|speed|load(?: average)?)["']?\s*[:=]?\s*\d{1,3}\.\d{1,2}(?:\s*[,;|]\s*\d{1,3}\.\d{1,2})+(?![\d.]*\d))`

/**
 * What may be a place, but not certainly, or in an unknown order: two or more numbers with a fraction, or a number with the letter of
 * a direction. It is not moved, because a number that a reader can guess would reveal the offset.
 */
const maybePair = String.raw`(?<![\w.])[+-]?\d{1,3}\.\d+(?:(?:["']?\s*[,;|]\s*["']?|%2C)[+-]?\d{1,3}\.\d+)+(?![\d.]*\d)`
const maybePlace = [
  `(?<maybe>${maybePair}`,
  String.raw`(?<![\w.])[+-]?\d{1,3}\.\d+[ \t]?°?[ \t]?(?-i:[NSEW])\b`,
  String.raw`\b(?-i:[NSEW])[ \t]?[+-]?\d{1,3}\.\d+(?![\d.]*\d)`,
  String.raw`\d{1,3}[ \t]?°[ \t]?\d{1,2}(?:\.\d+)?[ \t]?['′][\d."″' \t]{0,8}[NSEW]?)`,
].join('|')

/** Milliseconds since 1970. The number of a SIM card can be as long, so its label must not precede it. */
const notNamed = String.raw`(?<!(?:sim|imei|imsi|iccid|tel|phone|msisdn|number)\w*"?\s*[:= ]\s*"?)`

/**
 * Patterns in the text around frames: what must be replaced, and times, which stay although they look like other
 * numbers.
 */
const around = new RegExp(
  [
    String.raw`(?<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b|${notNamed}\b1[6-9]\d{11}\b)`,
    longitudeFirst,
    String.raw`(?<![\d.[]|\[\s)(?<first>-?\b\d{1,3}\.\d{3,})(?<comma>\s*,\s*)(?<second>-?\d{1,3}\.\d{3,})\b`,
    pairAfterKey,
    keyedDegrees,
    otherNumbers,
    maybePlace,
    String.raw`(?<secretKey>(?:passw(?:or)?d|pwd|pass|pin|psw|secret|token|api-?key|auth\w*|apn\w*|user\w*)"?\s*[:= ]\s*"?)(?<secret>[^\s",;]+(?:[,;][+-]?\d{1,3}\.\d+)*)`,
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
    const groups = rest.at(-1) as Groups
    const { time, other, secretKey, address, address6, short } = groups
    const id = work.numbers.knownId(found)
    if (id !== undefined) return id
    if (time !== undefined || other !== undefined || short !== undefined) return found
    const moved = moveMatch(groups, work)
    if (moved !== null) return moved
    if (secretKey !== undefined) return `${secretKey}${HIDDEN}`
    if (address !== undefined) return DOCUMENTATION_ADDRESS
    if (address6 !== undefined) return DOCUMENTATION_ADDRESS_6
    return HIDDEN
  })

type Groups = Readonly<Partial<Record<string, string>>>
const HIDDEN = '****'

/** A match of degrees with its coordinates moved, or hidden; null: it has none. */
function moveMatch(groups: Groups, work: Work): string | null {
  const { key, isLatitude, degrees, eastFirst, placeKey: before = '', maybe } = groups
  const { first = groups.placeFirst, comma = groups.placeComma, second = groups.placeSecond } = groups
  if (maybe !== undefined) return HIDDEN
  if (eastFirst !== undefined)
    return eastFirst.replaceAll(eastNorth, (_, east: string, between: string, north: string) =>
      movePair([east, between, north], false, work),
    )
  if (degrees !== undefined) {
    const axis = isLatitude === undefined ? 'longitude' : 'latitude'
    return `${key}${isOn(axis, degrees) ? moveSeen(degrees, axis, work) : HIDDEN}`
  }
  if (first === undefined || comma === undefined || second === undefined) return null
  // The order of a list in brackets is not known, except that no latitude is above 90.
  const isListed = before.endsWith('[') && isOn('latitude', first) && isOn('latitude', second)
  if (isListed) return `${before}${HIDDEN}${comma}${HIDDEN}`
  const isLatitudeFirst = groups.eastHost === undefined && isOn('latitude', first)
  return before + movePair([first, comma, second], isLatitudeFirst, work)
}

const isOn = (axis: Axis, degrees: string): boolean =>
  Math.abs(Number(degrees)) <= (axis === 'latitude' ? 90 : 180)

/** Moves a pair in the order that is given, and hides it if it is none. */
function movePair(
  [first, between, second]: readonly [string, string, string],
  isLatitudeFirst: boolean,
  work: Work,
): string {
  const axes: readonly [Axis, Axis] = isLatitudeFirst ? ['latitude', 'longitude'] : ['longitude', 'latitude']
  if (!isOn(axes[0], first) || !isOn(axes[1], second)) return `${HIDDEN}${between}${HIDDEN}`
  return `${moveSeen(first, axes[0], work)}${between}${moveSeen(second, axes[1], work)}`
}

/** Degrees in the fields of a frame, or in the text of a reply, as in a link to a map. Those with a letter are fields: `moveDecimalPlaces`. */
const inFrame = [
  longitudeFirst,
  pairAfterKey,
  String.raw`${keyedDegrees}(?![NSEW]\b)`,
  String.raw`(?<![\d.])(?<first>-?\d{1,3}\.\d{4,})(?<comma>,\s*)(?<second>-?\d{1,3}\.\d{4,})(?![\d.])`,
]
const inFields = new RegExp(inFrame.join('|'), 'gi')
const inReply = new RegExp([...inFrame, otherNumbers, `(?<maybe>${maybePair})`].join('|'), 'gi')
const isReply = /^\*[A-Za-z]{2},[^,]*,SMS,/

export const moveReply = (text: string, work: Work): string =>
  text.replaceAll(
    isReply.test(text) ? inReply : inFields,
    (found, ...rest) => moveMatch(rest.at(-1), work) ?? found,
  )
