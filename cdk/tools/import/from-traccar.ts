import type { TraccarApi, TraccarDevice, TraccarPosition } from '../traccar/api.ts'
import { refuse, type Entry, type Refused } from './entry.ts'
import { makeFrame } from './made-frame.ts'

const DAY_MS = 86_400_000

/**
 * Reads a device's positions from Traccar's database, a day at a time. Traccar writes a row for each message. Rows of
 * messages without a position repeat the previous position and are left out.
 */
export async function* readTraccar(
  traccar: TraccarApi,
  device: TraccarDevice,
  { from, to, refused }: { readonly from: number; readonly to: number; readonly refused: Refused },
): AsyncGenerator<Entry> {
  let before = ''
  for (let day = from; day < to; day += DAY_MS) {
    const end = Math.min(to, day + DAY_MS)
    for await (const position of readDay(traccar, device, day, end)) {
      const fix = identityOf(position)
      if (fix === before) continue
      before = fix
      const entry = toEntry(device.uniqueId, position)
      if (entry === null) refuse(refused, 'without a place or a time')
      else yield entry
    }
  }
}

/**
 * Traccar may limit an answer to this number of positions (`report.maxPositions`). Then the next request continues
 * after the last one.
 */
async function* readDay(
  traccar: TraccarApi,
  device: TraccarDevice,
  from: number,
  to: number,
): AsyncGenerator<TraccarPosition> {
  const seen = new Set<number>()
  for (let start = from; ;) {
    const positions = (await traccar.positions(device, start, to)).filter(({ id }) => !seen.has(id))
    for (const position of positions) seen.add(position.id)
    yield* positions
    const last = positions.at(-1)
    if (last === undefined) return
    start = Math.max(start, Date.parse(last.fixTime))
  }
}

const identityOf = ({ fixTime, latitude, longitude, speed, course, valid }: TraccarPosition): string =>
  [fixTime, latitude, longitude, speed, course, valid].join(' ')

function toEntry(deviceId: string, position: TraccarPosition): Entry | null {
  const { attributes, serverTime, fixTime, valid, latitude, longitude, speed, course, protocol } = position
  const [received, fixed] = [Date.parse(serverTime), Date.parse(fixTime)]
  if (!Number.isFinite(fixed)) return null
  const receivedAt = Number.isFinite(received) ? received : fixed
  const { raw, status } = attributes
  // With `database.saveOriginal`, Traccar stores the frame itself.
  if (protocol === 'h02' && typeof raw === 'string' && /^(?:[0-9a-f]{2})+$/i.test(raw))
    return { deviceId, source: 'traccar-frames', receivedAt, raw: Buffer.from(raw, 'hex') }
  const isStatus = protocol === 'h02' && typeof status === 'number' && status >= 0 && status <= 0xffff_ffff
  const statusWord = isStatus ? status.toString(16).toUpperCase().padStart(8, '0') : null
  const fix = { fixTime: fixed, valid, latitude, longitude, speedKnots: speed, course, statusWord }
  const frame = makeFrame(deviceId, fix)
  return frame && { deviceId, source: 'traccar', receivedAt, raw: frame }
}
