/** The API's own types, from the schemas that validate its answers. Types only: none of the server comes along. */
import type { DeviceAnswer } from '../../api/devices/schema.ts'
import type { FrameAnswer } from '../../api/frames/schema.ts'
import type { PositionAnswer } from '../../api/positions/schema.ts'

export type { DeviceAnswer, FrameAnswer, PositionAnswer }
export type { ConsoleConfig } from '../../api/site/console.ts'

export type FleetRow = Pick<
  DeviceAnswer,
  | 'deviceId'
  | 'name'
  | 'online'
  | 'lastSeen'
  | 'lastPosition'
  | 'ignitionOn'
  | 'alarms'
  | 'batteryPercent'
  | 'voltage'
>

export type UnknownRow = {
  readonly deviceId: string
  readonly firstSeen: string
  readonly lastSeen: string
  readonly remoteAddress: string
  readonly sampleType: string | null
}

export type { CatalogueAnswer, CatalogueEntryAnswer } from '../../api/commands/catalogue-schema.ts'
export type { CommandAnswer, CommandSummaryAnswer } from '../../api/commands/schema.ts'
export type { ConfirmationAnswer } from '../../api/commands/confirmation.ts'
export type { ProbeAnswer } from '../../api/commands/probe.ts'

/** A row of GET /v1/evidence?model=… */
export type { EvidenceRowAnswer as EvidenceRow } from '../../api/commands/evidence.ts'
