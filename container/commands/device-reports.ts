import {
  MESSAGE_FORMAT,
  type DailyLimit,
  type RelayedReport,
  type SelfRegistration,
  type SourceRefusal,
  type UnknownSeen,
} from '#shared/domain/command-messages.ts'
import { toHex } from '#shared/hex.ts'
import type { Clock } from '../sessions/clock.ts'
import type { Session } from '../sessions/session.ts'
import { TokenBucket, type TokenRate } from '../sockets/token-bucket.ts'

type Report = SourceRefusal | DailyLimit | RelayedReport | UnknownSeen | SelfRegistration

/** The fields of an audit entry about bytes of the other server, without the bytes. */
export type RelayedBytes = Pick<RelayedReport, 'seq' | 'server' | 'danger' | 'intent'>

const REFUSAL_REPORT_MS = 3_600_000
const MAX_REFUSALS = 10_000
/** A limit, because each becomes an event, which is stored and sent to webhooks; the list of unknown devices contains all ids. */
const unknownReportRate: TokenRate = { perMs: 60 / 3_600_000, burst: 60 }

export type DeviceReports = ReturnType<typeof createDeviceReports>

/** Reports to control about devices, other than sessions and commands. Sent once, within limits. */
export function createDeviceReports({
  gatewayId,
  publish,
  clock,
}: {
  readonly gatewayId: string
  readonly publish: (report: Report) => void
  readonly clock: Clock
}) {
  const refusalsReportedAt = new Map<string, number>()
  const unknownReports = new TokenBucket(unknownReportRate, clock.monotonic())
  const reportOn = (deviceId: string) => ({ v: MESSAGE_FORMAT, deviceId, gatewayId, at: clock.now() })

  return {
    /** At most once per hour and device: a refused tracker redials as fast as it can. */
    sourceRefused: ({ deviceId, connection: { remoteAddress } }: Session): void => {
      const at = clock.monotonic()
      if (at - (refusalsReportedAt.get(deviceId) ?? Number.NEGATIVE_INFINITY) < REFUSAL_REPORT_MS) return
      if (refusalsReportedAt.size >= MAX_REFUSALS) refusalsReportedAt.clear()
      refusalsReportedAt.set(deviceId, at)
      publish({ ...reportOn(deviceId), kind: 'source-refused', remoteAddress })
    },

    dailyLimit: (deviceId: string): void => publish({ ...reportOn(deviceId), kind: 'daily-limit' }),

    /** An id has registered itself. */
    registered: ({ deviceId }: Session): void => publish({ ...reportOn(deviceId), kind: 'registered' }),

    /** An id is listed as unknown for the first time in a month. A flood of made-up ids must not become one of events. */
    unknownSeen: ({ deviceId, connection: { remoteAddress } }: Session, sampleType: string | null): void => {
      if (!unknownReports.take(clock.monotonic())) return
      publish({ ...reportOn(deviceId), kind: 'unknown-seen', remoteAddress, sampleType })
    },

    relayed: ({ deviceId, sessionId }: Session, bytes: Uint8Array, about: RelayedBytes): void =>
      publish({ ...about, ...reportOn(deviceId), kind: 'relayed', sessionId, raw: toHex(bytes) }),
  }
}
