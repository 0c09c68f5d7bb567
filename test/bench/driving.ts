import { readFileSync } from 'node:fs'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { encodeV1 } from '../simulator/encode.ts'
import { createRandom } from '../simulator/random.ts'
import {
  bodyOf,
  createSimulatedTracker,
  moveOn,
  type SimulatedTracker,
} from '../simulator/simulated-tracker.ts'

type Drive = {
  readonly deviceId: string
  readonly frames: number
  readonly seconds: number
  readonly ignition: 'on' | 'off'
  /** ms since 1970 of the first fix. */
  readonly start: number
  readonly seed?: number
  readonly encode?: (tracker: SimulatedTracker) => Uint8Array
}

/** Sessions last so many frames: a tracker reconnects every few hours. */
const FRAMES_OF_SESSION = 1_000

/** Events of a drive of one device, as the gateway makes them. */
export function makeDrive({
  deviceId,
  frames,
  seconds,
  ignition,
  start,
  seed = 7,
  encode = v1,
}: Drive): SessionEvent[] {
  const server = { host: '127.0.0.1', port: 5013 }
  const tracker = createSimulatedTracker({ id: deviceId, seed, ignition, intervalSeconds: seconds, server })
  let sessionId = ''
  let seq = 0
  return Array.from({ length: frames }, (_, i): SessionEvent => {
    const fixTime = start + i * seconds * 1_000
    moveOn(tracker, seconds, fixTime)
    tracker.reports++
    const receivedAt = fixTime + 1_200 + Math.floor(tracker.random() * 2_500)
    if (i % FRAMES_OF_SESSION === 0) {
      sessionId = makeSessionId(receivedAt, i)
      seq = 0
    }
    return {
      kind: 'frame',
      gatewayId: 'bench',
      epoch: 1,
      sessionId,
      seq: ++seq,
      deviceId,
      receivedAt,
      ack: 'R12',
      raw: encode(tracker),
    }
  })
}

const v1 = (tracker: SimulatedTracker): Uint8Array => encodeV1(tracker, bodyOf(tracker), tracker.cell)

const DAY_MS = 86_400_000
/** The day of the live drive, as its frames say it: DDMMYY. */
export const liveDay = Date.UTC(2023, 4, 25)
const LIVE_DATE = '250523'

/**
 * The live drive of test/vectors (132 V1 frames of one tracker, a morning and an evening), day after day: only the date
 * in the frames changes. The captured receive times are whole seconds; ours are not, so each gets some ms.
 */
export function makeLiveDrive(deviceId: string, frames: number): SessionEvent[] {
  const captured = JSON.parse(readFileSync(new URL('../vectors/drive.json', import.meta.url), 'utf8')) as {
    hex: string
    received_at: string
  }[]
  const random = createRandom(7)
  return Array.from({ length: frames }, (_, i): SessionEvent => {
    const day = Math.floor(i / captured.length)
    const { hex, received_at } = captured[i % captured.length]!
    const [year = '', month = '', date = ''] = new Date(liveDay + day * DAY_MS)
      .toISOString()
      .slice(2, 10)
      .split('-')
    const text = Buffer.from(hex, 'hex').toString('latin1')
    return {
      kind: 'frame',
      gatewayId: 'bench',
      epoch: 1,
      sessionId: makeSessionId(liveDay + day * DAY_MS, day),
      seq: (i % captured.length) + 1,
      deviceId,
      receivedAt: Date.parse(received_at) + day * DAY_MS + Math.floor(random() * 1_000),
      ack: 'R12',
      raw: Buffer.from(text.replace(`,${LIVE_DATE},`, `,${date}${month}${year},`), 'latin1'),
    }
  })
}
