import { createFramer, decode, peek, type Frame, type Framer } from '#h02'
import { fixTimeOf } from '#shared/domain/fix-time.ts'
import { refuse, type Entry, type Refused } from './entry.ts'

/**
 * Lines of Traccar's `tracker-server.log`, in the forms of its versions (StandardLoggingHandler, read in its source, and
 * in logs of public issues):
 *
 *     2026-11-29 10:16:09  INFO: [T74776a63: h02 < 192.0.2.7] 2a48512c…        6.x, or the text with \r and \n
 *     2015-10-01 02:00:08 DEBUG: [884C1CD0: 5013 < 192.0.2.7] HEX: 2a48512c…   3.x to 5.x: a port, or h02
 *     2014-02-28 18:00:27 DEBUG: [5013 <- 192.0.2.7] - HEX: 2a48512c…          before
 */
const line =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\s+\w+: \[(?:([UT]?[0-9A-Fa-f]{8}): )?(\w+) (<-?|->?|>) ([^\]\s]+)\](?: -)? \(?(?:HEX: )?(.*?)\)?$/
const closed = /^[\d-]{10} [\d:]{8}\s+\w+: \[([UT]?[0-9A-Fa-f]{8})\] disconnected/

type LogOptions = {
  /** The port of H02 on that server, for logs of versions that write ports. */
  readonly port: string
  /** How many minutes the log's clock was ahead of UTC. */
  readonly utcOffsetMinutes: number
}

type LogFrame = { readonly frame: Frame; readonly at: number; readonly deviceId: string | null }

/** Frames that trackers sent, with their device and the time in the log, read as if it were UTC. */
async function* framesIn(
  lines: AsyncIterable<string>,
  port: string,
  refused: Refused,
): AsyncGenerator<LogFrame> {
  const connections = new Map<string, { framer: Framer; at: number; deviceId: string | null }>()
  const isH02 = (protocol: string): boolean => protocol === 'h02' || protocol === port

  for await (const text of lines) {
    const ended = closed.exec(text)?.[1]
    if (ended !== undefined) {
      const connection = connections.get(ended)
      connections.delete(ended)
      if (connection !== undefined) yield* named(connection, connection.framer.end())
      continue
    }
    const [, day, time, id, protocol = '', direction = '', address = '', data = ''] = line.exec(text) ?? []
    if (day === undefined || !isH02(protocol)) continue
    // Lines with `>` are what Traccar wrote: acknowledgements and commands.
    if (!direction.startsWith('<')) continue
    const bytes = bytesOf(data)
    if (bytes === null) {
      refuse(refused, 'lines that were cut off in the log')
      continue
    }
    const at = Date.parse(`${day}T${time}Z`)
    const name = id ?? address
    const connection = connections.get(name) ?? { framer: createFramer(), at, deviceId: null }
    connections.set(name, connection)
    // After a pause, a record without a terminator is complete.
    if (at > connection.at) yield* named(connection, connection.framer.idle())
    connection.at = at
    yield* named(connection, connection.framer.push(bytes))
  }
  for (const connection of connections.values()) yield* named(connection, connection.framer.end())
}

/** A frame without an id belongs to the device that was named last on its connection. */
function* named(
  connection: { readonly at: number; deviceId: string | null },
  frames: readonly Frame[],
): Generator<LogFrame> {
  for (const frame of frames) {
    const { id, hasMalformedId } = peek(frame)
    if (id !== null) connection.deviceId = id
    yield { frame, at: connection.at, deviceId: hasMalformedId ? null : connection.deviceId }
  }
}

/** Reads hex, or the text that newer versions write for printable bytes. Null for a line that was cut (`…$`). */
function bytesOf(data: string): Uint8Array | null {
  if (/^(?:[0-9a-fA-F]{2})+$/.test(data)) return Buffer.from(data, 'hex')
  if (/^[0-9a-fA-F]+\$?$/.test(data)) return null
  return Buffer.from(data.replaceAll('\\r', '\r').replaceAll('\\n', '\n'), 'latin1')
}

export async function* readTraccarLog(
  lines: AsyncIterable<string>,
  { port, utcOffsetMinutes }: LogOptions,
  refused: Refused,
): AsyncGenerator<Entry> {
  for await (const { frame, at, deviceId } of framesIn(lines, port, refused)) {
    if (frame.kind === 'rest') refuse(refused, 'bytes that are no frame')
    else if (deviceId === null) refuse(refused, 'frames without a device')
    else {
      const receivedAt = at - utcOffsetMinutes * 60_000
      yield { deviceId, source: 'traccar-frames', receivedAt, raw: Uint8Array.from(frame.bytes) }
    }
  }
}

const QUARTER_MS = 900_000
/** How exactly a frame that arrived without delay shows the time zone of the log. */
const MAX_DELAY_MS = 300_000
/** How many frames are examined. */
const SAMPLE = 2_000

/**
 * The time zone of a log, derived from the clocks of the trackers in it: the quarter of an hour that most frames show.
 * Null if no frame shows one.
 */
export async function findUtcOffset(lines: AsyncIterable<string>, port: string): Promise<number | null> {
  const counts = new Map<number, number>()
  let left = SAMPLE
  for await (const { frame, at } of framesIn(lines, port, new Map())) {
    const decoded = decode(frame)
    const fixTime = decoded.ok ? fixTimeOf(decoded.message) : null
    if (fixTime === null) continue
    const quarters = Math.round((at - fixTime) / QUARTER_MS)
    if (Math.abs(at - fixTime - quarters * QUARTER_MS) <= MAX_DELAY_MS && Math.abs(quarters) <= 56)
      counts.set(quarters * 15, (counts.get(quarters * 15) ?? 0) + 1)
    left -= 1
    if (left === 0) break
  }
  const [best] = [...counts].toSorted(([, a], [, b]) => b - a)
  return best === undefined ? null : best[0]
}
