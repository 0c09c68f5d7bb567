import { MESSAGE_FORMAT, type SessionReport } from '#shared/domain/command-messages.ts'
import type { Session } from '../sessions/session.ts'

export type SessionReports = {
  readonly report: (
    session: Session,
    event: SessionReport['event'],
    more?: Pick<SessionReport, 'ownerAddress'>,
  ) => void
  /** `event` is missing from control of version N-1: then it is the report that was made first. */
  readonly settled: (sessionId: string, event?: SessionReport['event']) => void
  /** The session is over: nothing can be done for it any more. */
  readonly closed: (sessionId: string) => void
  readonly stop: () => void
}

const repeatsAfterMs = [5_000, 10_000, 30_000] as const
const THEN_EVERY_MS = 60_000
/** What is not settled after an hour will not be. */
const MAX_REPEATS = 62

type Waiting = { readonly report: SessionReport; timer: NodeJS.Timeout }

/** Reports sessions to control until it has settled them. */
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
}): SessionReports {
  const waiting = new Map<string, Waiting[]>()

  const schedule = (report: SessionReport, repeats: number): NodeJS.Timeout =>
    setTimeout(
      () => {
        const mine = waiting.get(report.sessionId)?.find((one) => one.report === report)
        if (mine === undefined) return
        if (repeats >= MAX_REPEATS) return forget(report)
        publish(report)
        mine.timer = schedule(report, repeats + 1)
      },
      (repeatsAfterMs[repeats] ?? THEN_EVERY_MS) * timeScale,
    )

  const forget = ({ sessionId, event }: SessionReport): void => {
    const left = (waiting.get(sessionId) ?? []).filter((one) => {
      if (one.report.event === event) clearTimeout(one.timer)
      return one.report.event !== event
    })
    if (left.length > 0) waiting.set(sessionId, left)
    else waiting.delete(sessionId)
  }

  return {
    report: ({ deviceId, sessionId, epoch, connection: { remoteAddress } }, event, more = {}) => {
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
      const some = waiting.get(sessionId) ?? []
      waiting.set(sessionId, [...some, { report, timer: schedule(report, 0) }])
    },
    settled: (sessionId, event) => {
      const settled = waiting
        .get(sessionId)
        ?.find(({ report }) => event === undefined || report.event === event)
      if (settled !== undefined) forget(settled.report)
    },
    closed: (sessionId) => {
      for (const { report } of waiting.get(sessionId) ?? []) if (report.event !== 'contested') forget(report)
    },
    stop: () => {
      for (const { timer } of [...waiting.values()].flat()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
