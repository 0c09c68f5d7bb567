import { createRoute, z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import type { HistoryKey } from '../../shared/domain/device-state.ts'
import type { ApiParts, App } from '../app-type.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { readFrames } from '../frames/read-frames.ts'
import { directions } from '../../shared/domain/event.ts'
import { framePageExample } from '../frames/examples.ts'
import { framePageSchema } from '../frames/schema.ts'
import { historyQuery, requireRange } from '../history-query.ts'
import { json } from '../json.ts'
import { deviceMasks, maskRow } from '../mask.ts'
import { nextLink } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import { readVisibleRows } from '../visible-rows.ts'

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim())

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/frames',
  operationId: 'listFrames',
  tags: ['Frames'],
  summary: 'Stored frames in both directions, newest first',
  ...needs('read'),
  request: {
    params: deviceParams,
    query: exactly({
      ...historyQuery,
      type: z.string().min(1).transform(listOf).optional().openapi({
        type: 'string',
        description: 'Message types, such as V1,SMS; $ and X are binary; rest: bytes that are not a frame',
      }),
      direction: z
        .string()
        .transform(listOf)
        .pipe(z.array(z.enum(directions, `expected some of ${directions.join(',')}`)))
        .optional()
        .openapi({ type: 'string', description: `Some of ${directions.join(',')}` }),
    }),
  },
  responses: {
    200: json('A page of frames', framePageSchema, framePageExample),
  },
})

export function addFrameRoutes(app: App, { devices, history, commands }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { from, to, order, limit, cursor, type, direction } = c.req.valid('query')
    requireRange({ from, to })
    const scope = ['frames', deviceId, from, to, order, type, direction]
    const after = cursor === undefined ? undefined : (decodeCursor(scope, cursor) as HistoryKey)
    const device = await requireDevice(devices, deviceId)
    const masks = await deviceMasks(c.get('caller'), device, commands)
    const { items, last } = await readFrames(readVisibleRows(history, device, { from, to, order, after }), {
      limit,
      model: device.model,
      utcOffsetMinutes: device.overrides.utcOffsetMinutes,
      types: type && new Set(type),
      directions: direction && new Set(direction),
      mask: (row) => maskRow(row, masks),
    })
    const nextCursor = last && encodeCursor(scope, last)
    return c.json(
      { deviceId, decoder: DECODER_VERSION, items, nextCursor, next: nextLink(c, nextCursor) },
      200,
    )
  })
}
