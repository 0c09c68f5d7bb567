import type { Submitted } from '../../shared/commands/submit.ts'
import type { Command, NewCommand } from '../../shared/domain/command.ts'
import { cutRefusedUntil } from '../../shared/domain/contested.ts'
import type { CommandedDevice } from '../../shared/store/command-save.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { toReceivedIso } from '../iso-time.ts'
import { Problem } from '../problem.ts'

/** Returns the command that an order made, or throws a refusal that lists what would be accepted. */
export function requireSubmitted(
  { deviceId, danger }: Pick<NewCommand, 'deviceId' | 'danger'>,
  submitted: Submitted,
): Command {
  const commands = `/v1/devices/${deviceId}/commands`
  switch (submitted.outcome) {
    case 'created':
    case 'exists':
      return submitted.command
    case 'no-device':
      throw noSuchDevice(deviceId)
    case 'identical': {
      const { commandId } = submitted.command
      throw new Problem(
        'duplicate-command',
        `command ${commandId} asks the same and waits already; "replace": true sends this one instead, DELETE ${commands}/${commandId} cancels that one`,
        { extras: { commandId } },
      )
    }
    case 'full':
      throw new Problem(
        'queue-full',
        `at most ${submitted.maxQueued} commands wait for a device; wait for them, or cancel them with DELETE ${commands}`,
        { extras: { maxQueued: submitted.maxQueued } },
      )
    case 'busy':
      throw danger === 'dangerous' ? busy(deviceId, submitted.commandId) : mustWait(submitted.commandId)
    case 'no-session':
      throw danger === 'dangerous' ? offline() : mustWait(null)
    case 'contested':
      throw contested(submitted.until)
  }
}

const busy = (deviceId: string, commandId: string): Problem =>
  new Problem(
    'device-busy',
    `command ${commandId} awaits its reply; a dangerous command is accepted when no other is open: see GET /v1/devices/${deviceId}/commands/${commandId}`,
    { extras: { commandId } },
  )

/** The refusal of a command that waits only if the request asks for it. */
const mustWait = (commandId: string | null): Problem => {
  const howTo = '"queue": true lets this command wait until it can be sent, for at most expiresInSeconds'
  return commandId === null
    ? new Problem(
        'device-offline',
        `the device is not connected, or has no established session yet; ${howTo}`,
      )
    : new Problem('device-busy', `command ${commandId} goes first; ${howTo}, or send it again later`, {
        extras: { commandId },
      })
}

const offline = (): Problem =>
  new Problem(
    'device-offline',
    'a dangerous command is never stored for later: it is accepted while the device is connected',
  )

const contested = (until: number): Problem =>
  new Problem(
    'device-contested',
    `two connections claim to be this device, and it is unknown which of them is the car; dangerous commands are accepted again from ${toReceivedIso(until)}, unless the other connection sends more`,
    { extras: { until: toReceivedIso(until) } },
  )

/** Refuses a dangerous command that cannot be sent now; checked before the confirmation. */
export function refuseObstructed(device: CommandedDevice, now: number): void {
  const { deviceId, session, commands } = device
  if (session === null) throw offline()
  const refusedUntil = cutRefusedUntil(device, now)
  if (refusedUntil !== null) throw contested(refusedUntil)
  if (commands.open !== null) throw busy(deviceId, commands.open.commandId)
}
