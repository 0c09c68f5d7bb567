import { createRoute, z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { createStatusReader } from '../devices/status.ts'
import { historyQuery, requireRange } from '../history-query.ts'
import { createPageBudget } from '../page-budget.ts'
import { limitOf, nextLink } from '../page.ts'
import { geoJsonExample, ndjsonExample, positionPageExample } from '../positions/examples.ts'
import { chooseFormat, formatNames, formats } from '../positions/formats.ts'
import { readBounds, readFixes, toRowCursor, type FixCursor } from '../positions/read-positions.ts'
import { positionPageSchema, voidQuery, type PositionAnswer } from '../positions/schema.ts'
import { isLocated, toPosition } from '../positions/to-position.ts'
import { refuses } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import { readVisibleRows } from '../visible-rows.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/positions',
  operationId: 'listPositions',
  tags: ['Positions'],
  summary: 'Positions of a device, newest first',
  description:
    'Identical frames are one position. JSON, GeoJSON, CSV, GPX or NDJSON, chosen by `format` or Accept. A GPX track contains only valid fixes with a trusted time. A day fits on one page with `limit=10000`; `…/positions/export` writes longer ranges as one file.',
  ...needs('read'),
  ...refuses('not-acceptable'),
  request: {
    params: deviceParams,
    query: exactly({
      ...historyQuery,
      limit: limitOf(100, 10_000),
      void: voidQuery,
      format: z.enum(formatNames).optional().openapi({ description: 'Instead of an Accept header' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of positions',
      content: {
        'application/json': { schema: positionPageSchema, example: positionPageExample },
        'application/geo+json': {
          schema: z.looseObject({ type: z.literal('FeatureCollection') }),
          example: geoJsonExample,
        },
        'text/csv': { schema: z.string() },
        'application/gpx+xml': { schema: z.string() },
        'application/x-ndjson': { schema: z.string(), example: ndjsonExample },
      },
    },
  },
})

export function addPositionRoutes(app: App, { devices, history }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { from, to, order, limit, cursor, format, ...query } = c.req.valid('query')
    requireRange({ from, to })
    const { mediaType, render } = formats[format ?? chooseFormat(c.req.header('accept'))]
    const scope = ['positions', deviceId, from, to, order, query.void]
    const fixCursor = cursor === undefined ? null : (decodeCursor(scope, cursor) as FixCursor)
    const device = await requireDevice(devices, deviceId)

    const readStatus = createStatusReader(device)
    const items: PositionAnswer[] = []
    const texts: string[] = []
    const budget = createPageBudget(limit)
    const after = fixCursor ? toRowCursor(fixCursor, order) : undefined
    const next = await readFixes(readVisibleRows(history, device, { from, to, order, after }), {
      order,
      after: fixCursor,
      utcOffsetMinutes: device.overrides.utcOffsetMinutes,
      ...readBounds,
      offer: (fix) => {
        const position = toPosition(fix, readStatus)
        if (query.void !== 'include' && !isLocated(position)) return true
        const text = budget.take(position)
        if (text === null) return false
        items.push(position)
        texts.push(text)
        return true
      },
    })
    const nextCursor = next && encodeCursor(scope, next)
    const page = { deviceId, decoder: DECODER_VERSION, items, nextCursor, next: nextLink(c, nextCursor) }
    return c.body(render(page, device.name, texts), 200, { 'content-type': mediaType, vary: 'accept' })
  })
}
