import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../shared/domain/command.ts'

const firstLookMs = 25
const longestGapMs = 400

/** The command when it is concluded, or as far as it has got when time is up. */
export async function waitForEnd(
  command: Command,
  read: () => Promise<Command | null>,
  { until, now = Date.now }: { readonly until: number; readonly now?: () => number },
): Promise<Command> {
  let latest = command
  for (let gap = firstLookMs; latest.conclusion === null; gap = Math.min(longestGapMs, gap * 1.5)) {
    const left = until - now()
    if (left <= 0) break
    await sleep(Math.min(gap, left))
    latest = (await read()) ?? latest
  }
  return latest
}
