import type { CommandBus } from '../bus/iot-data.ts'
import type { Log } from '../log.ts'
import type { CommandStore } from '../store/commands.ts'
import type { MaskWritten } from './audit-of.ts'
import type { ChooseDialects } from './choose-dialects.ts'
import type { CommandCatalogue } from './rules.ts'

/** What the last fix must be for a dangerous command, or the gateway refuses to write it. */
export type Interlock = { readonly maxSpeedKmh: number; readonly maxFixAgeMs: number }

/** What the API and control need to move commands along. */
export type CommandParts = {
  readonly commands: CommandStore
  readonly bus: Pick<CommandBus, 'deliver'>
  readonly catalogue: CommandCatalogue
  readonly chooseDialects: ChooseDialects
  readonly maskWritten: MaskWritten
  readonly interlock: Interlock
  /** Of all windows; 1 but in tests. */
  readonly timeScale: number
  readonly log: Log
  readonly now: () => number
}
