import type { TimelineItem } from '#shared/domain/command.ts'
import type { Conducted, FrameSeen } from './state.ts'

/** A device that chatters must not make its commands' stories endless. */
const mostItems = 40

/**
 * Adds something that happened to an attempt. The id is made of what happened, so whoever tells it again, another
 * gateway too, tells the same item.
 */
export function tell(
  command: Conducted,
  item: {
    readonly what: string
    readonly kind: TimelineItem['kind']
    readonly at: number
    readonly text: string
    readonly raw?: string | null
    readonly frame?: Pick<FrameSeen, 'sessionId' | 'receivedAt'> | null
  },
): Conducted {
  const { attempt, timeline } = command
  const id = `${attempt}.${item.what}`
  if (timeline.length >= mostItems || timeline.some((known) => known.id === id)) return command
  const { kind, at, text, raw = null } = item
  const frame = item.frame ? { sessionId: item.frame.sessionId, receivedAt: item.frame.receivedAt } : null
  return { ...command, timeline: [...timeline, { id, at, kind, attempt, text, raw, frame }] }
}

export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
