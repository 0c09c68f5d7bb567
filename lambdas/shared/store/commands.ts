import type { Session } from '../domain/device.ts'
import type { Command, CommandState, DeviceCommands } from '../domain/command.ts'
import type { EvidenceChange } from '../domain/evidence-change.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { AuditEntry } from './audit.ts'

/** What a device's item says that matters to its commands. */
export type CommandedDevice = {
  readonly deviceId: string
  /** False: deleted, or never registered. */
  readonly registered: boolean
  /** As people say, else as a reply said. */
  readonly model: string | null
  readonly firmware: string | null
  /** The device's own password, for text commands. */
  readonly password: string | null
  readonly epoch: number
  readonly session: Session | null
  /** Engine commands are refused until then (contested take-overs), ms. */
  readonly conflictUntil: number | null
  /** Commands created before belong to a registration that was deleted. */
  readonly purgeBefore: number | null
  readonly commands: DeviceCommands
  /** Counts changes of `commands`: each is conditional on the one before. */
  readonly commandsVersion: number
}

/**
 * What one transaction writes: all of it or nothing. Commands are conditional on the version they had (null: there was
 * none), the device's item on `commandsVersion` and, where asked, on its session or its epoch.
 */
export type CommandSave = {
  readonly commands: readonly { readonly before: Command | null; readonly after: Command }[]
  /** Null: the device's item stays as it is. */
  readonly device: {
    readonly before: CommandedDevice
    readonly after: DeviceCommands
    /** `epoch`: nobody logged in since it was read. `session`: that session still holds the device, and it is registered. */
    readonly only: 'epoch' | 'session' | null
  } | null
  readonly evidence: readonly EvidenceChange[]
  readonly audit: readonly AuditEntry[]
}

export type CommandFilter = {
  readonly state?: CommandState | undefined
  readonly verdict?: Verdict | undefined
  readonly intent?: string | undefined
  readonly probeId?: string | undefined
  /** By time of creation, ms: from ≤ createdAt < to. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export type CommandPage = {
  /** Newest first. */
  readonly commands: readonly Command[]
  /** Pass as `after` for what is older; null at the end. A page may be short, or empty, before the end. */
  readonly next: string | null
}

/** Commands in the fleet table. All methods throw when the table cannot be reached. */
export type CommandStore = {
  /** Consistent. Null when the table knows no such id; deleted devices are told with `registered: false`. */
  readonly readDevice: (deviceId: string) => Promise<CommandedDevice | null>
  /** Consistent. */
  readonly get: (deviceId: string, commandId: string) => Promise<Command | null>
  /** Consistent, in the order of the ids; what does not exist is left out. */
  readonly getMany: (deviceId: string, commandIds: readonly string[]) => Promise<Command[]>
  readonly list: (
    deviceId: string,
    filter: CommandFilter,
    page: { readonly after?: string | undefined; readonly limit: number },
  ) => Promise<CommandPage>
  /** `changed`: somebody else was faster; read again and decide anew. `exists`: a command to be made is there already. */
  readonly save: (save: CommandSave) => Promise<'saved' | 'changed' | 'exists'>
  /** Somebody has been told of the conclusion: the sweep need not. */
  readonly markTold: (command: Command) => Promise<void>
  /** Writes what a reply says the unit is, if it is news. */
  readonly noteSeen: (
    deviceId: string,
    seen: { readonly model?: string | undefined; readonly firmware?: string | undefined },
  ) => Promise<void>
}
