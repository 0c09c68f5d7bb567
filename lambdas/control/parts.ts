import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { CommandBus } from '#shared/bus/iot-data.ts'
import type { CommandParts } from '#shared/commands/parts.ts'
import type { PutEvents } from '#shared/domain/events/bus-event.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { CampaignStore } from '#shared/store/campaigns.ts'
import type { AuditStore } from '#shared/store/audit.ts'
import type { ContestStore } from '#shared/store/contests.ts'
import type { DesiredStore } from '#shared/store/desired.ts'
import type { GatewayStore } from '#shared/store/gateways.ts'
import type { Probes } from '#shared/store/probes.ts'
import type { Schedules } from '#shared/store/schedules.ts'
import type { Tombstones } from '#shared/store/tombstones.ts'

/** The dependencies of control. */
export type ControlParts = CommandParts & {
  readonly client: DynamoDBDocumentClient
  readonly fleetTable: string
  readonly telemetryTable: string
  readonly bus: CommandBus
  readonly putEvents: PutEvents
  readonly gateways: GatewayStore
  readonly contests: ContestStore
  readonly probes: Probes
  readonly desired: DesiredStore
  readonly schedules: Schedules
  readonly campaigns: CampaignStore
  readonly audit: Pick<AuditStore, 'add'>
  readonly tombstones: Tombstones
  readonly metrics: Metrics
  /** A device that has sent nothing for this long is silent. */
  readonly silentMs: number
}

/** An item of the fleet table whose `dueAt` has passed. */
export type DueItem = Readonly<Record<string, unknown>>

/** Whether a gateway is alive. */
export type IsLiving = (gatewayId: string) => Promise<boolean>
