import { z } from '@hono/zod-openapi'
import { fixTime, receivedTime } from '../iso-time.ts'
import { pageOf } from '../page.ts'

const positionSchema = z
  .object({
    fixTime: fixTime.nullable(),
    receivedAt: receivedTime.openapi({ description: 'When it was first received' }),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    speedKmh: z.number().nullable(),
    speedKnots: z.number().nullable(),
    course: z.number().nullable(),
    valid: z
      .boolean()
      .openapi({ description: 'false: no satellites; coordinates are then the last known ones' }),
    trusted: z.boolean().openapi({ description: "Whether the device's clock can be believed" }),
    late: z.boolean().openapi({ description: 'The device had kept it for more than 15 minutes' }),
    receptions: z.int().openapi({ description: 'How often the same frame was received' }),
    type: z.string().nullable().openapi({ description: 'Message type of the frame; $ and X are binary' }),
    statusWord: z.string().nullable(),
    ignitionOn: z.boolean().nullable(),
    alarms: z.array(z.string()),
    batteryPercent: z.number().nullable(),
    voltage: z.number().nullable(),
    satellites: z.number().nullable(),
    gsm: z.number().nullable(),
    mileageKm: z.number().nullable(),
  })
  .openapi('Position')
export type PositionAnswer = z.infer<typeof positionSchema>

export const voidQuery = z
  .enum(['include'])
  .optional()
  .openapi({ description: 'Also fixes without satellites or coordinates' })

export const decoderVersionField = z
  .string()
  .openapi({ description: 'Version of the decoder that read the frames: history is decoded when it is read' })

export const positionPageSchema = pageOf(positionSchema)
  .extend({ deviceId: z.string(), decoder: decoderVersionField })
  .openapi('PositionPage')
export type PositionPage = z.infer<typeof positionPageSchema>
