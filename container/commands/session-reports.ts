import { MESSAGE_FORMAT, type SessionReport } from '#shared/domain/command-messages.ts'
import type { Session } from '../sessions/session.ts'
import { repeatAfterMs } from './conductor/reports.ts'

type Event = SessionReport['event']
const events = ['opened', 'booted', 'established', 'contested'] as const satisfies readonly Event[]
/** A report that is not settled after an hour is given up. */
const MAX_REPEATS = 62

export type SessionReports = ReturnType<typeof createSessionReports>

/** Reports sessions to control, and repeats each report until control has settled it. */
export function createSessionReports({
  gatewayId,
  publish,
  timeScale,
  now,
}: {
  readonly gatewayId: string
  readonly publish: (report: SessionReport) => void
  readonly timeScale: number
  readonly now: () => number
}) {
  const waiting = new Map<string, NodeJS.Timeout>()
  const keyOf = (sessionId: string, event: Event): string => `${sessionId}.${event}`

  const forget = (key: string): void => {
    clearTimeout(waiting.get(key))
    waiting.delete(key)
  }
  const repeat = (key: string, report: SessionReport, repeats = 0): void => {
    const again = (): void => {
      if (repeats >= MAX_REPEATS) return forget(key)
      publish(report)
      repeat(key, report, repeats + 1)
    }
    waiting.set(key, setTimeout(again, repeatAfterMs(repeats) * timeScale))
  }

  return {
    report: (
      { deviceId, sessionId, epoch, connection: { remoteAddress } }: Session,
      event: Event,
      more: Pick<SessionReport, 'ownerAddress'> = {},
    ): void => {
      const report: SessionReport = {
        v: MESSAGE_FORMAT,
        kind: 'session',
        deviceId,
        gatewayId,
        sessionId,
        epoch,
        event,
        at: now(),
        remoteAddress,
        ...more,
      }
      publish(report)
      const key = keyOf(sessionId, event)
      // The first report began a contest: until it is settled, later ones are not repeated.
      if (!waiting.has(key)) repeat(key, report)
    },
    /** Control of version N-1 sends no `event`: then the report that was made first is meant. */
    settled: (sessionId: string, event?: Event): void => {
      const settled = event ?? events.find((one) => waiting.has(keyOf(sessionId, one)))
      if (settled !== undefined) forget(keyOf(sessionId, settled))
    },
    /** The session has ended, so its reports are obsolete. */
    closed: (sessionId: string): void => {
      for (const event of events) if (event !== 'contested') forget(keyOf(sessionId, event))
    },
    stop: (): void => {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
