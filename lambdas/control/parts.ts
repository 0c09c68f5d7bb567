import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { CommandBus } from '#shared/bus/iot-data.ts'
import type { EventBus } from '#shared/bus/event-bus.ts'
import type { CommandParts } from '#shared/commands/dispatch.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { ContestStore } from '#shared/store/contests.ts'
import type { GatewayStore } from '#shared/store/gateways.ts'
import type { Probes } from '#shared/store/probes.ts'
import type { Tombstones } from '#shared/store/tombstones.ts'

/** What control works with. */
export type ControlParts = CommandParts & {
  readonly client: DynamoDBDocumentClient
  readonly fleetTable: string
  readonly telemetryTable: string
  readonly bus: CommandBus
  readonly putEvents: EventBus
  readonly gateways: GatewayStore
  readonly contests: ContestStore
  readonly probes: Probes
  readonly tombstones: Tombstones
  readonly metrics: Metrics
  /** A device that was not heard of for so long is silent. */
  readonly silentMs: number
}
