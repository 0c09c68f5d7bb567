import { createRoute, z } from '@hono/zod-openapi'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow } from '../../shared/clock.ts'
import { eventTypes } from '../../shared/domain/events/catalogue.ts'
import { feedFrom, OVERLAP_MS, readFeed, type FeedPosition } from '../../shared/events/feed.ts'
import { follow, type Followed } from '../../shared/events/follow.ts'
import type { EventList } from '../../shared/store/event-history.ts'
import type { ApiParts, App, Caller, StreamTimes } from '../app-type.ts'
import { deviceId } from '../devices/schema.ts'
import { labelsQuery } from '../devices/label-input.ts'
import { createOpenStreams, MAX_STREAMS_PER_KEY } from '../events/open-streams.ts'
import { readLastEventId, STREAM_BEGIN, toBody, toServerSent } from '../events/server-sent.ts'
import { eventTypesInput } from '../events/types-input.ts'
import { createEventFilter, type EventSelection } from '../events/visible-events.ts'
import type { OnceAnHour } from '../once-an-hour.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { streamed } from '../streamed.ts'
import { exactly } from '../validation.ts'
import { createSight } from '../visibility.ts'

/** A proxy usually waits for longer than `quietMs`. */
const usualTimes: StreamTimes = { pollMs: 1_000, quietMs: 15_000, keyCheckMs: 5_000 }
/** Ingest publishes `device.moved` for this long after the last renewal by a stream, which renews in half of that time. */
const MOVED_INTEREST_MS = 60_000
const PAGE = 100
const MAX_SECONDS = 86_400

const route = createRoute({
  method: 'get',
  path: '/v1/stream',
  operationId: 'streamEvents',
  tags: ['Events'],
  summary: 'Events as they happen, as Server-Sent Events',
  description: `The same events as \`GET /v1/events\`, and \`device.moved\` if \`types\` contains it. A client that reconnects with \`Last-Event-ID\` gets the events that it missed, and some events of the last ${OVERLAP_MS / 1_000} s again: drop repeats by \`id\`. At most ${MAX_STREAMS_PER_KEY} streams per key; a stream ends when its key is deleted or expires. In embedded mode only: API Gateway does not stream, so on AWS the answer is \`stream-unavailable\`; follow \`GET /v1/events\` with its cursor there.`,
  ...needs('read'),
  ...refuses('stream-unavailable'),
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: '`id` of the last event that was received' }),
    }),
    query: exactly({
      types: eventTypesInput(eventTypes).openapi({
        type: 'string',
        description: `Some of ${eventTypes.join(',')}; all but device.moved if not given`,
        example: 'alarm.raised,device.moved',
      }),
      labels: labelsQuery,
      deviceId: deviceId.optional().openapi({ description: 'Only events of this device' }),
      seconds: z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number)
        .refine((seconds) => seconds >= 1 && seconds <= MAX_SECONDS, `expected 1 to ${MAX_SECONDS}`)
        .optional()
        .openapi({
          type: 'integer',
          minimum: 1,
          maximum: MAX_SECONDS,
          description: 'The stream ends after this time; if not given, only with the connection or the key',
          example: 1,
        }),
    }),
  },
  responses: {
    200: {
      description:
        'The stream. `data` of each event is an Event as JSON, `event` its type, `id` its position in the stream',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
})

export function addStreamRoute(
  app: App,
  parts: ApiParts,
  { recordAudit, onceAnHour }: { readonly recordAudit: RecordAudit; readonly onceAnHour: OnceAnHour },
): void {
  const { events, movedInterest, streamsFiles = false, log, now } = parts
  const openStreams = createOpenStreams()
  const times = { ...usualTimes, ...parts.streamTimes }

  app.openapi(route, async (c) => {
    const { types, labels, deviceId, seconds = Infinity } = c.req.valid('query')
    if (!streamsFiles) {
      throw new Problem(
        'stream-unavailable',
        'this installation cannot stream: poll GET /v1/events with its nextCursor instead',
      )
    }
    const begin = beginOf(c.req.valid('header')['last-event-id'], now())
    const caller = c.get('caller')
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const close = openStreams.open(caller.keyId)
    if (close === null) {
      throw new Problem('too-many-requests', `expected at most ${MAX_STREAMS_PER_KEY} streams of one key`, {
        headers: { 'retry-after': '10' },
      })
    }
    const gone = new AbortController()
    const onClose = (): void => {
      gone.abort()
      close()
    }
    try {
      await onceAnHour.run(`stream ${caller.keyId}`, () =>
        recordAudit(caller, { step: 'live-opened', details: { view: 'events' } }),
      )
      const token = (c.req.header('authorization') ?? '').replace(/^Bearer +/i, '')
      const key = createKeyWatch(parts, { caller, token, everyMs: times.keyCheckMs })
      const deviceIds = deviceId === undefined ? undefined : new Set([deviceId])
      const lists: readonly EventList[] = types?.has('device.moved') ? ['events', 'moved'] : ['events']
      const until = monotonicNow() + seconds * 1_000
      let renewedAt = Number.NEGATIVE_INFINITY
      const requestMoved = async (): Promise<void> => {
        if (monotonicNow() - renewedAt < MOVED_INTEREST_MS / 2) return
        renewedAt = monotonicNow()
        await movedInterest.listenUntil(now() + MOVED_INTEREST_MS)
      }
      const found = follow(
        lists.map((list) => followed(list, begin, { types, labels, deviceIds }, key.sight)),
        {
          mayGoOn: async () => {
            if (gone.signal.aborted || monotonicNow() >= until) return false
            if (lists.includes('moved')) await requestMoved()
            return key.isValid()
          },
          wait: () => sleep(times.pollMs, undefined, { signal: gone.signal }).catch(() => {}),
          quietMs: times.quietMs,
          monotonic: monotonicNow,
        },
      )
      const texts = write(found, (error) =>
        log.error('a stream ended early', { requestId: c.get('requestId'), error }),
      )
      return c.body(toBody(texts, onClose), 200, { ...headers, ...streamed })
    } catch (error) {
      onClose()
      throw error
    }
  })

  const followed = (
    list: EventList,
    position: FeedPosition,
    filter: EventSelection,
    sight: () => ReturnType<typeof createSight>,
  ): Followed => ({
    position,
    read: (at) =>
      readFeed({
        position: at,
        limit: PAGE,
        now: now(),
        read: (after) => events.recorded({ list, after, pageSize: PAGE + 1 }),
        filter: (some) => createEventFilter(sight(), events, filter)(some),
      }),
  })
}

/** The start position: now, or after the last received event, including events that may have appeared since. */
function beginOf(lastEventId: string | undefined, now: number): FeedPosition {
  if (lastEventId === undefined || lastEventId === '') return feedFrom(now)
  const recordedAt = readLastEventId(lastEventId)
  if (recordedAt !== null) return feedFrom(recordedAt - OVERLAP_MS)
  throw new Problem('invalid-request', 'last-event-id: expected the id of an event of this stream', {
    extras: { errors: [{ in: 'header', name: 'last-event-id', detail: 'expected the id of an event' }] },
  })
}

/** Checks repeatedly while a stream is open whether its key is still valid, and which devices it sees. */
function createKeyWatch(
  { authenticate, deviceLabels }: ApiParts,
  { caller, token, everyMs }: { readonly caller: Caller; readonly token: string; readonly everyMs: number },
) {
  let sight = createSight(caller.devices, deviceLabels)
  let checkedAt = monotonicNow()
  return {
    sight: () => sight,
    isValid: async (): Promise<boolean> => {
      if (monotonicNow() - checkedAt < everyMs) return true
      const identity = await authenticate(token)
      checkedAt = monotonicNow()
      if (identity?.scopes.has('read') !== true) return false
      sight = createSight(identity.devices, deviceLabels)
      return true
    },
  }
}

async function* write(
  found: AsyncGenerator<Parameters<typeof toServerSent>[0]>,
  onError: (error: unknown) => void,
): AsyncGenerator<string> {
  yield STREAM_BEGIN
  try {
    for await (const event of found) yield toServerSent(event)
  } catch (error) {
    // The client reconnects and continues after its last event.
    onError(error)
  }
}
