import { partId } from '#shared/commands/command-id.ts'
import { nextOfCron } from '#shared/commands/cron.ts'
import { isHarmlessRead } from '#shared/commands/scheduled-read.ts'
import { submit } from '#shared/commands/submit.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { afterRun, nextRunAt, planRun, type RunOutcome, type Schedule } from '#shared/domain/schedule.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import { toSchedule } from '#shared/store/schedules.ts'
import type { ControlParts, DueItem } from './parts.ts'

export const isScheduleItem = ({ sk }: DueItem): boolean =>
  typeof sk === 'string' && sk.startsWith(fleetKeys.schedule('', '').sk)

/**
 * Sends a run that is due, then plans the next one. A crash in between finds the run due again: its command has the same
 * id, so it exists by then.
 */
export async function sweepSchedule(parts: ControlParts, item: DueItem): Promise<void> {
  const schedule = toSchedule(item)
  if (schedule?.nextAt == null) return
  const { schedules, commands, metrics, now } = parts
  const device = await commands.readDevice(schedule.deviceId)
  if (!device?.registered || schedule.setAt < (device.purgeBefore ?? 0)) {
    await schedules.remove(schedule.deviceId, schedule.name)
    return
  }
  const nextAt = nextRunAt(schedule, schedule.nextAt, now(), nextOfCron)
  const ran = await run(parts, schedule, device, nextAt)
  await schedules.advance(schedule, afterRun(schedule, nextAt, ran))
  metrics.count('ScheduledRuns', 1, { outcome: ran.outcome })
}

type Ran = Parameters<typeof afterRun>[2]

async function run(
  parts: ControlParts,
  schedule: Schedule,
  { deviceId, model }: CommandedDevice,
  nextAt: number | null,
): Promise<Ran> {
  const { commands, now } = parts
  const { lastCommandId, intent } = schedule
  const order = planRun(schedule, {
    former: lastCommandId === null ? null : await commands.get(deviceId, lastCommandId),
    now: now(),
    nextAt,
    isAllowed: isHarmlessRead(intent, model),
    commandIdOf: (seed, at) => partId(seed, 0, at),
  })
  if (typeof order === 'string') return { outcome: order }
  const { outcome } = await submit(parts, [order], 'refuse')
  return outcome === 'created' || outcome === 'exists'
    ? { outcome: 'sent', commandId: order.commandId }
    : { outcome: skippedBecause[outcome] }
}

/** A harmless read is never refused for the other reasons of `submit`. */
const skippedBecause = {
  identical: 'waits-already',
  full: 'queue-full',
  'no-device': 'not-allowed',
  busy: 'former-open',
  'no-session': 'former-open',
  contested: 'not-allowed',
} as const satisfies Record<string, Exclude<RunOutcome, 'sent'>>
