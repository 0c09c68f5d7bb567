import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { emptyState } from '#shared/history/state.ts'
import { createRecordEvents } from '#shared/store/event-history.ts'
import { movedEffects, toBusEvent } from '../../lambdas/ingest/effects.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { AckedTracker, driveOf } from '../e2e/acked-tracker.ts'
import { makeDataDir, removeDataDir, until } from '../e2e/harness.ts'
import { inRecords } from '../ingest/events.ts'
import { startPart } from './parts/part.ts'
import type { Running } from '../../cdk/local/running.ts'

/** One SOS, raised and cleared, per this many frames: far more than in real use. */
const FRAMES_PER_ALARM = 500
const SOS = 0b10

const statusField = /,([0-9A-F]{8})(?=[,#])/

/** The drive with the ends of its sessions, and with alarms: the SOS bit is 0 when the alarm is on. */
function withEvents(frames: readonly SessionEvent[]): SessionEvent[] {
  const sessions = Map.groupBy(frames, ({ sessionId }) => sessionId)
  let n = 0
  const alarming = (frame: SessionEvent): SessionEvent => {
    if (++n % FRAMES_PER_ALARM !== 0) return frame
    const text = Buffer.from(frame.raw)
      .toString('latin1')
      .replace(statusField, (_, word: string) => {
        const value = (parseInt(word, 16) & ~SOS) >>> 0
        return `,${value.toString(16).toUpperCase().padStart(8, '0')}`
      })
    return { ...frame, raw: Buffer.from(text, 'latin1') }
  }
  return [...sessions.values()].flatMap((all) => {
    const [first, last] = [all[0]!, all.at(-1)!]
    const bare = { raw: new Uint8Array(), ack: 'none' } as const
    const opened: SessionEvent = { ...first, ...bare, kind: 'opened' }
    const closed: SessionEvent = { ...last, ...bare, kind: 'closed' }
    return [opened, ...all.map(alarming), closed].map((event, i) => ({ ...event, seq: i + 1 }))
  })
}

type EventUnits = {
  readonly events: number
  /** Write units a frame, beside those of history. */
  readonly unitsPerFrame: number
  /** More, while a stream follows where devices move: units a batch. */
  readonly unitsPerMoved: number
}

/** The cost of a drive's events in the fleet table: the units of the writes that are sent. */
export async function measureEventUnits(
  client: DynamoDBDocumentClient,
  frames: readonly SessionEvent[],
): Promise<EventUnits> {
  const deviceId = frames[0]!.deviceId
  const { effects, state } = fold(emptyState(deviceId), inRecords(withEvents(frames)), {
    retentionDays: 365,
  })
  const unitsOf = async (events: readonly BusEvent[]): Promise<number> => {
    let units = 0
    const counting = {
      send: async ({ input }: PutCommand) => {
        const answer = await client.send(new PutCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }))
        // The item, and its whole entry in `byList`, which the stand-in does not count.
        units += 2 * (answer.ConsumedCapacity?.CapacityUnits ?? NaN)
        return answer
      },
    } as unknown as DynamoDBDocumentClient
    await createRecordEvents({ client: counting, table: 'fleet', retentionDays: 365 })(events)
    return units
  }
  const moved = movedEffects(deviceId, null, state.summary.lastPosition).map(toBusEvent)
  // A newer position moves the entry of the index: it is deleted and put, which is a unit more.
  const unitsPerMoved = (await unitsOf(moved)) * 1.5
  const units = await unitsOf(effects.map(toBusEvent))
  return { events: effects.length, unitsPerFrame: units / frames.length, unitsPerMoved }
}

const DEVICES = 20
const SECONDS = 30
export const ALARM_WINDOW_SECONDS = 5

type Recorded = { readonly recordedAt: string; readonly data: { readonly receivedAt: string } }

/** From the arrival of a frame with an alarm to the alarm in the history, ms, for 20 alarms a second. */
export async function measureAlarmDelays(): Promise<readonly number[]> {
  const dataDir = makeDataDir()
  const part = startPart('embedded-server', {
    DATA_DIR: dataDir,
    BATCH_WINDOW_SECONDS: String(ALARM_WINDOW_SECONDS),
  })
  try {
    const system = await part.ask<Running & { readonly adminKey: string }>('running')
    const headers = { authorization: `Bearer ${system.adminKey}`, 'content-type': 'application/json' }
    const ids = Array.from({ length: DEVICES }, (_, i) => String(9_170_300_000 + i))
    const body = JSON.stringify(ids.map((deviceId) => ({ deviceId })))
    await fetch(`${system.httpUrl}/v1/devices`, { method: 'POST', headers, body })
    const trackers = ids.map((deviceId) => {
      const frames = driveOf(deviceId, SECONDS, Date.now() - 60_000).map((frame, i) =>
        i % 2 === 0 ? frame.replace('FFFFBBFF', 'FFFFBBFD') : frame,
      )
      return new AckedTracker(frames, { port: () => system.tcpPort, paceMs: 1_000 }).run()
    })
    await Promise.all(trackers)
    const delays: number[] = []
    for (const deviceId of ids) {
      const path = `/v1/events?deviceId=${deviceId}&type=alarm.raised,alarm.cleared&limit=500`
      const { items } = await until(
        async () => (await (await fetch(system.httpUrl + path, { headers })).json()) as { items: Recorded[] },
        (page) => page.items.length >= SECONDS,
      )
      for (const { recordedAt, data } of items)
        delays.push(Date.parse(recordedAt) - Date.parse(data.receivedAt))
    }
    return delays
  } finally {
    await part.ask('close').catch(() => {})
    await part.stop()
    removeDataDir(dataDir)
  }
}
