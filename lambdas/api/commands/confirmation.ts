import { z } from '@hono/zod-openapi'
import { decode, frameOf } from '#h02'
import type { DeviceState, HistoryRow, LastPosition } from '../../shared/domain/device-state.ts'
import { judgeInterlock, type InterlockLimits, type ReceivedFrame } from '../../shared/domain/interlock.ts'
import { toKmh } from '../devices/to-device.ts'
import { fixTime, receivedTime, toFixIso, toReceivedIso } from '../iso-time.ts'

/** How much time a person has to confirm. */
export const CONFIRMATION_MS = 60_000

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
        'Whether the frames stored so far allow it. The gateway judges again, by the same rules and its newest frames, just before it writes',
    }),
    maxSpeedKmh: z.number().openapi({ description: 'The command is refused above this speed' }),
    detail: z.string(),
  })
  .openapi('Confirmation')
export type ConfirmationAnswer = z.infer<typeof confirmationSchema>

/** Twice the longest interval of a parked device: older frames are no evidence. */
export const JUDGED_HISTORY_MS = 3_600_000

/** The decision that the gateway would make with the frames stored so far. Rows may be in any order. */
export function judgeStored(
  rows: readonly HistoryRow[],
  state: DeviceState | null,
  limits: InterlockLimits,
  now: number,
): Pick<ConfirmationAnswer, 'fix' | 'allowed' | 'maxSpeedKmh' | 'detail'> {
  const frames = rows
    .filter(({ kind }) => kind === 'frame')
    .toSorted((a, b) => a.receivedAt - b.receivedAt || a.seq - b.seq)
    .map(toReceived)
  const { isSafe, seen } = judgeInterlock(frames, limits, now)
  return {
    fix: toFix(state?.lastPosition ?? null, now),
    allowed: isSafe,
    maxSpeedKmh: limits.maxSpeedKmh,
    detail:
      `By the frames stored so far the command is ${isSafe ? 'allowed' : 'refused'}: ${seen}. ` +
      `The gateway judges again just before it writes: at ${limits.maxSpeedKmh} km/h or less by a fix no older than ${limits.maxFixAgeMs / 1_000} s, or parked.`,
  }
}

const toReceived = ({ raw, receivedAt }: HistoryRow): ReceivedFrame => {
  const decoded = decode(frameOf(raw))
  return { receivedAt, message: decoded.ok ? decoded.message : null }
}

const toFix = (last: LastPosition | null, now: number): ConfirmationAnswer['fix'] =>
  last && {
    fixTime: toFixIso(last.fixTime),
    receivedAt: toReceivedIso(last.receivedAt),
    ageSeconds: Math.round(Math.max(0, now - last.fixTime) / 1_000),
    latitude: last.latitude,
    longitude: last.longitude,
    speedKmh: last.speedKnots === null ? null : toKmh(last.speedKnots),
  }
