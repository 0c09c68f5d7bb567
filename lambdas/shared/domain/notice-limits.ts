/**
 * Limits of the notifications that people receive, per scope (a device, or `unknown-devices` for ids that are not registered).
 *
 * - One notification per scope and subject in 5 minutes. The subject of an alarm is the alarm, raised or cleared.
 * - At most 20 per scope in any hour: a bucket of 10, and one more every 6 minutes. A flood can therefore delay the
 *   next notification by 6 minutes, not by the rest of the hour. The last slots are kept for what is urgent (`spare`).
 *
 * What is held back is counted and summarized in the next notification of the scope. If none comes, the sweep requests a summary at
 * `summaryAt`, so nothing is held back for longer than the limits require.
 *
 * The times are those of grants. After the clock steps back, nothing is held back for longer than a window (subject) or 6 minutes
 * (bucket): times further in the future are ignored.
 */
export const WINDOW_MS = 5 * 60_000
export const BUCKET_SIZE = 10
export const REFILL_MS = 6 * 60_000

/** The properties of an event that the limits use. */
export type Notice = {
  readonly scope: string
  /** Notifications with the same subject are limited together. Null: not limited by subject (the end of a command). */
  readonly subject: string | null
  /** Its name in a summary if it is held back, for example `Device Alarm Raised sos`. */
  readonly title: string
  /** It is granted only if this many slots of the bucket stay free for more urgent ones. */
  readonly spare: number
  /** The time within which a subject is sent once, ms; `WINDOW_MS` by default. */
  readonly windowMs?: number
  /** Nothing is sent before this time, ms: the end of quiet hours. */
  readonly holdUntil?: number | null
  /** True if no receiver is left: what is held back is dropped. */
  readonly isUnwanted?: boolean
}

/** Notifications held back under one title: their number, our time of the newest, and its urgency (`Notice.spare`). */
type Held = { readonly count: number; readonly lastAt: number; readonly spare: number }
export type HeldByTitle = Readonly<Record<string, Held>>

export type NoticeLimits = {
  /** When the bucket is full again, ms. */
  readonly fullAt: number
  /** When the last notification of a subject was granted, ms. */
  readonly grantedAt: Readonly<Record<string, number>>
  readonly held: HeldByTitle
  /** When a summary of what is held back can be sent; null if nothing is held back. */
  readonly summaryAt: number | null
}

/** The right to send one notification, with the summary that it contains. */
export type Grant = { readonly at: number; readonly subject: string | null; readonly held: HeldByTitle }

/** `send`: together with what was held back before. `hold`: counted, for the next one. `drop`: an empty summary. */
export type Decision = {
  readonly limits: NoticeLimits
  readonly outcome: { readonly kind: 'send'; readonly grant: Grant } | { readonly kind: 'hold' | 'drop' }
}

export const noLimits: NoticeLimits = { fullAt: 0, grantedAt: {}, held: {}, summaryAt: null }

/** The subject and title of a summary that is sent alone. */
export const SUMMARY_SUBJECT = 'summary'

export const countHeld = (held: HeldByTitle): number =>
  Object.values(held).reduce((sum, { count }) => sum + count, 0)

/** Decides about one notice. Pure: the caller must store `limits` exactly if it acts on the outcome. */
export function decide(stored: NoticeLimits, notice: Notice, now: number): Decision {
  // After a clock was set back, the bucket counts as empty from now on, not as empty for hours.
  const limits = { ...stored, fullAt: Math.min(stored.fullAt, now + BUCKET_SIZE * REFILL_MS) }
  const isSummary = notice.subject === SUMMARY_SUBJECT
  const windowMs = notice.windowMs ?? WINDOW_MS
  if (isSummary && (notice.isUnwanted === true || countHeld(limits.held) === 0)) {
    return { limits: { ...limits, held: {}, summaryAt: null }, outcome: { kind: 'drop' } }
  }
  // A summary is as urgent as the most urgent notification that was held back.
  const spares = isSummary ? Object.values(limits.held).map(({ spare }) => spare) : [notice.spare]
  const readyAt = Math.max(
    notice.holdUntil ?? now,
    windowEnd(limits, notice.subject, now, windowMs),
    slotAt(limits, Math.min(...spares)),
  )
  if (readyAt > now) {
    const summaryAt = Math.max(readyAt, windowEnd(limits, SUMMARY_SUBJECT, now, WINDOW_MS))
    return {
      limits: isSummary
        ? { ...limits, summaryAt }
        : {
            ...limits,
            held: addHeld(limits.held, { [notice.title]: { count: 1, lastAt: now, spare: notice.spare } }),
            summaryAt: Math.min(summaryAt, limits.summaryAt ?? Infinity),
          },
      outcome: { kind: 'hold' },
    }
  }
  const recent = Object.entries(limits.grantedAt).filter(([, at]) => isRecent(at, now, windowMs))
  return {
    limits: {
      fullAt: Math.max(now, limits.fullAt) + REFILL_MS,
      grantedAt: {
        ...Object.fromEntries(recent),
        ...(notice.subject !== null && { [notice.subject]: now }),
      },
      held: {},
      summaryAt: null,
    },
    outcome: { kind: 'send', grant: { at: now, subject: notice.subject, held: limits.held } },
  }
}

/** Reverts a grant whose notification was perhaps not sent: its slot, its window and its summary. */
export function takeBack(limits: NoticeLimits, { at, subject, held }: Grant): NoticeLimits {
  const { grantedAt } = limits
  return {
    fullAt: limits.fullAt - REFILL_MS,
    grantedAt:
      subject !== null && grantedAt[subject] === at
        ? Object.fromEntries(Object.entries(grantedAt).filter(([name]) => name !== subject))
        : grantedAt,
    held: addHeld(limits.held, held),
    summaryAt: limits.summaryAt ?? (countHeld(held) > 0 ? at : null),
  }
}

const isRecent = (at: number, now: number, windowMs: number): boolean => Math.abs(now - at) < windowMs

/** When the window of a subject ends; `now` or earlier: it is open. */
function windowEnd(
  { grantedAt }: NoticeLimits,
  subject: string | null,
  now: number,
  windowMs: number,
): number {
  const at = subject !== null && Object.hasOwn(grantedAt, subject) ? grantedAt[subject] : undefined
  return at !== undefined && isRecent(at, now, windowMs) ? at + windowMs : now
}

/** When the bucket has one slot more than `spare`. */
const slotAt = ({ fullAt }: NoticeLimits, spare: number): number =>
  fullAt - (BUCKET_SIZE - 1 - spare) * REFILL_MS

/** More titles than one message shows; what is held back beyond them is counted together. */
const MAX_TITLES = 100
export const OTHERS = 'others'

function addHeld(held: HeldByTitle, more: HeldByTitle): HeldByTitle {
  const sum = new Map(Object.entries(held))
  for (const [heldTitle, { count, lastAt, spare }] of Object.entries(more)) {
    const title = sum.has(heldTitle) || sum.size < MAX_TITLES ? heldTitle : OTHERS
    const before = sum.get(title)
    sum.set(title, {
      count: count + (before?.count ?? 0),
      lastAt: Math.max(lastAt, before?.lastAt ?? 0),
      spare,
    })
  }
  return Object.fromEntries(sum)
}
