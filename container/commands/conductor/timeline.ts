import type { TimelineItem } from '#shared/domain/command.ts'
import { clipRaw, clipText, trim } from '#shared/domain/timeline.ts'
import type { Conducted, FrameSeen } from './state.ts'

/**
 * Adds something that happened to an attempt. The id is made of what happened, so another gateway that reports the same
 * reports the same item.
 */
export function addItem(
  command: Conducted,
  item: {
    readonly what: string
    readonly kind: TimelineItem['kind']
    readonly at: number
    readonly text: string
    readonly raw?: string | null
    readonly frame?: FrameSeen | null
  },
): Conducted {
  const { attempt, timeline } = command
  const id = `${attempt}.${item.what}`
  if (timeline.some((known) => known.id === id)) return command
  const { kind, at, frame = null } = item
  const clipped = clipRaw(item.raw ?? null)
  const added: TimelineItem = {
    id,
    at,
    kind,
    attempt,
    text: clipText(item.text) + clipped.note,
    raw: clipped.raw,
    frame: frame && addressOf(frame),
  }
  return { ...command, timeline: trim([...timeline, added]), items: command.items + 1 }
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

export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
