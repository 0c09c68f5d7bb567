import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../shared/domain/command.ts'
import type { WaitSlots } from '../../shared/store/wait-slots.ts'

const FIRST_LOOK_MS = 25
const MAX_GAP_MS = 400

/** A command has an answer when the device replied, or when it is concluded; its effect may still be watched. */
export const hasAnswer = ({ reply, conclusion }: Command): boolean => reply !== null || conclusion !== null

type Wait = {
  /** ms since 1970 UTC */
  readonly until: number
  readonly slots: WaitSlots
  readonly now: () => number
}

/**
 * Resolves to the command when it has an answer, or to its current state when the time is over. `waited` is false if
 * too many requests are waiting already: then it resolves at once.
 */
export async function waitForAnswer(
  command: Command,
  read: () => Promise<Command | null>,
  { until, slots, now }: Wait,
): Promise<{ readonly command: Command; readonly waited: boolean }> {
  if (hasAnswer(command) || until <= now()) return { command, waited: true }
  const slot = await slots.take(until)
  if (slot === null) return { command, waited: false }
  try {
    let latest = command
    for (let gap = FIRST_LOOK_MS; ; gap = Math.min(MAX_GAP_MS, gap * 1.5)) {
      const left = until - now()
      if (left > 0) await sleep(Math.min(gap, left))
      latest = (await read()) ?? latest
      if (hasAnswer(latest) || left <= 0) break
    }
    return { command: latest, waited: true }
  } finally {
    await slot.release()
  }
}
