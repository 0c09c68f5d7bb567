import { z } from '@hono/zod-openapi'
import { directions, eventKinds } from '../../shared/domain/event.ts'
import { importSources } from '../../shared/domain/imported.ts'
import { fixTime, receivedTime } from '../iso-time.ts'
import { pageOf } from '../page.ts'
import { decoderVersionField } from '../positions/schema.ts'

const nullable = { number: z.number().nullable(), text: z.string().nullable() }

const positionSchema = z.object({
  fixTime: fixTime.nullable(),
  valid: z.boolean(),
  latitude: nullable.number,
  longitude: nullable.number,
  speedKnots: nullable.number,
  speedKmh: nullable.number,
  course: nullable.number,
})

const messageSchema = z
  .object({
    type: nullable.text,
    maker: nullable.text,
    id: nullable.text,
    position: positionSchema.nullable(),
    deviceTime: fixTime.nullable(),
    status: z.object({ word: z.string(), clear: z.array(z.string()) }).nullable(),
    cells: z.array(
      z.object({
        mcc: nullable.number,
        mnc: nullable.number,
        lac: z.number(),
        cid: z.number(),
        dbm: nullable.number,
        rssiRaw: nullable.number,
        rxRaw: nullable.text,
      }),
    ),
    wifi: z.array(z.object({ bssid: z.string(), dbm: nullable.number, signalRaw: nullable.text })),
    batteryRaw: nullable.number,
    batteryPercent: nullable.number,
    voltage: nullable.number,
    satellites: nullable.number,
    gsm: nullable.number,
    mileageKm: nullable.number,
    iccid: nullable.text,
    reply: z
      .object({
        command: nullable.text,
        cmdTime: nullable.text,
        params: z.array(z.string()),
        result: nullable.text,
      })
      .nullable(),
    alarm: z
      .enum(['sos', 'low-battery', 'geofence'])
      .nullable()
      .openapi({ description: 'The alarm that an ALRM frame names' }),
    batch: z
      .array(z.object({ day: z.int(), time: z.int(), position: positionSchema }))
      .openapi({ description: 'Stored positions of a BC frame: day of the month, time HHMMSS as a number' }),
    binary: z
      .object({ length: z.number(), tail: z.string(), record: nullable.number, byte32: nullable.number })
      .nullable(),
    extra: z.array(z.string()).openapi({ description: 'The raw fields after the status word' }),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  })
  .openapi('Message')
export type MessageAnswer = z.infer<typeof messageSchema>

export const frameSchema = z
  .object({
    direction: z.enum(directions).openapi({
      description:
        'up: from the tracker; down: to it; upstream: from the server that the device is relayed to; session: opened, closed',
    }),
    kind: z.enum(eventKinds).openapi({
      description:
        'rest: bytes from the tracker that are no frame; relayed: bytes of the other server that were written to the tracker',
    }),
    receivedAt: receivedTime,
    sessionId: z.string(),
    seq: z.int(),
    imported: z.enum(importSources).nullable().openapi({
      description:
        'Where it was imported from; null: a gateway received it. traccar-frames are as Traccar received them, other frames were written from a position',
    }),
    ack: z
      .enum(['R12', 'V4', 'echo', 'none'])
      .nullable()
      .openapi({ description: 'How a frame was acknowledged' }),
    type: nullable.text,
    hex: nullable.text.openapi({
      description: 'The bytes (the first 512 of bytes that are not a frame); null for session rows',
    }),
    length: z
      .int()
      .nullable()
      .openapi({ description: 'Number of bytes received, including those that are not stored' }),
    text: nullable.text.openapi({
      description:
        'What can be read of it: text frames with · for unprintable bytes; address or reason of a session row',
    }),
    message: messageSchema.nullable(),
    warnings: z.array(z.string()),
    reason: z
      .enum(['unknown-type', 'malformed', 'implausible', 'too-long'])
      .nullable()
      .openapi({ description: 'Why a frame from the tracker could not be decoded' }),
    detail: nullable.text,
  })
  .openapi('Frame')
export type FrameAnswer = z.infer<typeof frameSchema>

export const framePageSchema = pageOf(frameSchema)
  .extend({ deviceId: z.string(), decoder: decoderVersionField })
  .openapi('FramePage')
