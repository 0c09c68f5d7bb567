import type { Message } from './message.ts'

/**
 * Converts the times of a message to UTC, for a device whose clock shows local time, `minutes` ahead of UTC. The time
 * that a reply echoes (`reply.cmdTime`) is ours and is not converted. Dates without a time of day stay as sent.
 */
export function atUtcOffset(message: Message, minutes: number): Message {
  if (minutes === 0) return message
  const toUtc = (time: number | null): number | null => (time === null ? null : time - minutes * 60_000)
  const { position, batch } = message
  return {
    ...message,
    position: position && { ...position, fixTime: toUtc(position.fixTime) },
    deviceTime: toUtc(message.deviceTime),
    batch: batch.map((point) => ({ ...point, utcOffsetMinutes: minutes })),
  }
}
