import { createRoute } from '@hono/zod-openapi'
import { keptEventTypes } from '../../shared/domain/events/catalogue.ts'
import { feedFrom, readFeed, type FeedPosition } from '../../shared/events/feed.ts'
import { timeKey } from '../../shared/store/event-history.ts'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { deviceId } from '../devices/schema.ts'
import { labelsQuery } from '../devices/label-input.ts'
import { eventSchema, exampleOf } from '../events/schema.ts'
import { eventTypesInput } from '../events/types-input.ts'
import { createEventFilter } from '../events/visible-events.ts'
import { requireRange } from '../history-query.ts'
import { isoEndInput, isoTimeInput } from '../iso-time.ts'
import { json } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'listEvents',
  tags: ['Events'],
  summary: 'Events: alarms, presence, verdicts of commands …',
  description:
    'With `deviceId`: the events of a device by `time`, newest first. Without: the events of all devices by `recordedAt`, oldest first. `nextCursor` is then always present: a program that stores it and repeats the request gets each event once and misses none. `next` is null if there are no more events now. `device.moved` is not stored, because positions are.',
  ...needs('read'),
  request: {
    query: exactly({
      deviceId: deviceId.optional().openapi({ description: 'Only events of this device' }),
      type: eventTypesInput(keptEventTypes).openapi({
        type: 'string',
        description: `Some of ${keptEventTypes.join(',')}`,
        example: 'alarm.raised,device.offline',
      }),
      labels: labelsQuery,
      from: isoTimeInput.optional().openapi({
        description:
          'At this time or later; compared with `time` if `deviceId` is given, else with `recordedAt`',
      }),
      to: isoEndInput.optional().openapi({ description: 'Before that time' }),
      limit: limitOf(100, 500),
      cursor: cursorInput,
    }),
  },
  responses: {
    200: json('A page of events', pageOf(eventSchema).openapi('EventPage'), {
      ...lastPage(exampleOf('alarm.raised'), exampleOf('device.offline')),
      nextCursor: encodeCursor(['events'], feedFrom(0)),
    }),
  },
})

/** A rare type must not make one request read years of events: the page is then short, and contains a cursor. */
const MAX_SCANNED = 2_000

export function addEventRoutes(app: App, { events, now }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId, type: types, labels, from, to, limit, cursor } = c.req.valid('query')
    requireRange({ from, to })
    const sight = c.get('sight')
    const scope = ['events', deviceId, types && [...types].toSorted(), labels, from, to]

    if (deviceId !== undefined) {
      const before = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string)
      const items = []
      let scanned = 0
      let last: string | null = null
      let hasMore = false
      if ((await sight.pick([deviceId], (id) => id, labels)).length > 0) {
        for await (const found of events.ofDevice(deviceId, { from, to, before }, limit + 1)) {
          const isSelected = types?.has(found.type) ?? true
          hasMore = scanned === MAX_SCANNED || (isSelected && items.length === limit)
          if (hasMore) break
          scanned += 1
          last = found.key
          if (isSelected) items.push(found.event)
        }
      }
      const nextCursor = hasMore ? encodeCursor(scope, last) : null
      return c.json({ items, nextCursor, next: nextLink(c, nextCursor) }, 200)
    }

    const page = await readFeed({
      position: cursor === undefined ? feedFrom(from ?? 0) : (decodeCursor(scope, cursor) as FeedPosition),
      limit,
      now: now(),
      read: (after) => events.recorded({ list: 'events', after, to, pageSize: limit + 1 }),
      filter: createEventFilter(sight, events, { types, labels }),
    })
    // A range in the past that is old enough has an end.
    const isOver = page.isCaughtUp && to !== undefined && page.position.after >= timeKey(to)
    const nextCursor = isOver ? null : encodeCursor(scope, page.position)
    const next = page.isCaughtUp ? null : nextLink(c, nextCursor)
    return c.json({ items: page.events.map(({ event }) => event), nextCursor, next }, 200)
  })
}
