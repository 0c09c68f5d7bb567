import type { Fix } from './entry.ts'

/** The maker code of frames that an import wrote. No tracker has it. */
const MAKER = 'IM'

/** The highest speed that the decoder accepts. */
const MAX_KNOTS = 1_000

/** Two digits from 80 on are read as 1980 and later. */
const FIRST_YEAR_OF_THE_LAST_CENTURY = 1980

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * Writes a position as a V1 frame (PROTOCOL.md section 2.1), so that it is stored and read like all others. Null if a
 * V1 frame cannot hold its coordinates or its time. Altitude and other fields of the source are lost.
 */
export function makeFrame(
  deviceId: string,
  { fixTime, valid, latitude, longitude, speedKnots, course, statusWord }: Fix,
): Uint8Array | null {
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180) || (latitude === 0 && longitude === 0))
    return null
  const at = new Date(fixTime)
  const year = at.getUTCFullYear()
  if (!(year >= 2000 && year < FIRST_YEAR_OF_THE_LAST_CENTURY + 100)) return null
  const fields = [
    `*${MAKER}`,
    deviceId,
    'V1',
    two(at.getUTCHours()) + two(at.getUTCMinutes()) + two(at.getUTCSeconds()),
    valid ? 'A' : 'V',
    toMinutes(latitude, 2),
    latitude < 0 ? 'S' : 'N',
    toMinutes(longitude, 3),
    longitude < 0 ? 'W' : 'E',
    // "null" is how some firmware writes a value that it does not have.
    speedKnots === null || !(speedKnots >= 0 && speedKnots <= MAX_KNOTS)
      ? 'null'
      : speedKnots.toFixed(2).padStart(6, '0'),
    course === null || !(course >= 0) ? 'null' : two(Math.round(course) % 360).padStart(3, '0'),
    two(at.getUTCDate()) + two(at.getUTCMonth() + 1) + two(year % 100),
    ...(statusWord === null ? [] : [statusWord]),
  ]
  return Buffer.from(`${fields.join(',')}#`)
}

/** DDMM.MMMM as trackers write it, with two more decimals if a millionth of a degree would be lost otherwise. */
function toMinutes(degrees: number, digits: 2 | 3): string {
  const millionths = Math.round(Math.abs(degrees) * 1e6)
  const whole = Math.floor(millionths / 1e6)
  const rest = millionths - whole * 1e6
  const tenThousandths = Math.round((rest * 60) / 100)
  const isExact = Math.round((tenThousandths * 100) / 60) === rest
  const [minutes, decimals] = isExact ? [tenThousandths, 4] : [rest * 60, 6]
  const text = String(minutes).padStart(decimals + 2, '0')
  return `${String(whole).padStart(digits, '0')}${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}
