import type { TimelineItem } from '#shared/domain/command.ts'
import { toItem, trim } from '#shared/domain/timeline.ts'
import type { Conducted, FrameSeen } from './state.ts'

/**
 * Adds an item to an attempt's timeline. The id is derived from the event (`kind` unless given), so another gateway
 * that reports the same event reports the same item.
 */
export function addItem(
  command: Conducted,
  {
    what,
    frame = null,
    ...item
  }: Pick<TimelineItem, 'kind' | 'at' | 'text'> & {
    readonly what?: string
    readonly raw?: string | null
    readonly frame?: FrameSeen | null
  },
): Conducted {
  const { attempt, timeline, items } = command
  const id = `${attempt}.${what ?? item.kind}`
  if (timeline.some((known) => known.id === id)) return command
  const added = toItem({ ...item, id, attempt, frame: frame && addressOf(frame) })
  return { ...command, timeline: trim([...timeline, added]), items: items + 1 }
}

const addressOf = ({ sessionId, seq, receivedAt }: FrameSeen): TimelineItem['frame'] => ({
  sessionId,
  ...(seq !== undefined && { seq }),
  receivedAt,
})

export function durationOf(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`
  const minutes = Math.round(ms / 60_000)
  return minutes < 2
    ? `${Math.round(ms / 1_000)} s`
    : minutes < 120
      ? `${minutes} min`
      : `${Math.round(minutes / 60)} h`
}
