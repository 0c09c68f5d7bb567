import { z } from '@hono/zod-openapi'
import type { Interlock } from '../../shared/commands/parts.ts'
import type { DeviceState } from '../../shared/domain/device-state.ts'
import { toKmh } from '../devices/to-device.ts'
import { fixTime, receivedTime, toFixIso, toReceivedIso } from '../iso-time.ts'

/** How long a person may look before deciding. */
export const confirmationMs = 60_000

export const confirmationSchema = z
  .object({
    token: z.string().openapi({ description: 'For POST …/commands/confirm, with the same key' }),
    expiresAt: receivedTime,
    intent: z.string(),
    title: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    fix: z
      .object({
        fixTime,
        receivedAt: receivedTime,
        ageSeconds: z.number(),
        latitude: z.number(),
        longitude: z.number(),
        speedKmh: z.number().nullable(),
      })
      .nullable()
      .openapi({ description: 'The last valid fix as stored; the gateway may know a newer one' }),
    allowed: z.boolean().openapi({
      description:
        'Whether this fix would do. The gateway decides by the newest frame, just before it writes, and also takes a parked car',
    }),
    detail: z.string(),
  })
  .openapi('Confirmation')
export type ConfirmationAnswer = z.infer<typeof confirmationSchema>

/** How fast the car goes, as far as is known here, and what that means. */
export function judgeFix(
  state: DeviceState | null,
  { maxSpeedKmh, maxFixAgeMs }: Interlock,
  now: number,
): Pick<ConfirmationAnswer, 'fix' | 'allowed' | 'detail'> {
  const accepted = `the gateway writes it at ${maxSpeedKmh} km/h or less by a fix no older than ${maxFixAgeMs / 1_000} s, or parked`
  const last = state?.lastPosition ?? null
  if (last === null) return { fix: null, allowed: false, detail: `No valid fix is known; ${accepted}.` }
  const ageMs = Math.max(0, now - last.fixTime)
  const ageSeconds = Math.round(ageMs / 1_000)
  const speedKmh = last.speedKnots === null ? null : toKmh(last.speedKnots)
  const allowed = speedKmh !== null && speedKmh <= maxSpeedKmh && ageMs <= maxFixAgeMs
  return {
    fix: {
      fixTime: toFixIso(last.fixTime),
      receivedAt: toReceivedIso(last.receivedAt),
      ageSeconds,
      latitude: last.latitude,
      longitude: last.longitude,
      speedKmh,
    },
    allowed,
    detail: `The last fix here is ${ageSeconds} s old, at ${speedKmh ?? 'an unknown speed, in'} km/h; ${accepted}.`,
  }
}
