import { commandPartsFromEnv } from '#shared/commands/parts.ts'
import { requireEnv, type ControlEnv } from '#shared/env.ts'
import { putEventsFromEnv } from '#shared/events/put-events.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createAuditStore } from '#shared/store/audit.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createCampaignStore } from '#shared/store/campaigns.ts'
import { createContestStore } from '#shared/store/contests.ts'
import { createDesiredStore } from '#shared/store/desired.ts'
import { createGatewayStore } from '#shared/store/gateways.ts'
import { createProbes } from '#shared/store/probes.ts'
import { createSchedules } from '#shared/store/schedules.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import { createControl } from './control.ts'

const required = requireEnv([
  'STAGE',
  'TELEMETRY_TABLE',
  'FLEET_TABLE',
  'EVENT_BUS',
  'RETENTION_DAYS',
  'WEBHOOK_QUEUE',
  'COMMAND_DELIVERY',
  'SILENT_HOURS',
])
const env: ControlEnv = { ...process.env, ...required }
const client = createDocumentClient()
const fleet = { client, table: env.FLEET_TABLE }
const metrics = createMetrics({ stage: env.STAGE, part: 'control' })
const log = createLog({ part: 'control', stage: env.STAGE })
const parts = commandPartsFromEnv(env, { ...fleet, log })

const silentMs = Number(env.SILENT_HOURS) * 3_600_000
if (!(silentMs > 0)) throw new Error(`SILENT_HOURS must be a number above 0, not "${env.SILENT_HOURS}"`)

const control = createControl({
  ...parts,
  client,
  fleetTable: env.FLEET_TABLE,
  telemetryTable: env.TELEMETRY_TABLE,
  putEvents: putEventsFromEnv(env, fleet, metrics),
  gateways: createGatewayStore({ ...fleet, timeScale: parts.timeScale }),
  contests: createContestStore(fleet),
  probes: createProbes(fleet),
  desired: createDesiredStore({ ...fleet, timeScale: parts.timeScale }),
  schedules: createSchedules(fleet),
  campaigns: createCampaignStore(fleet),
  audit: createAuditStore(fleet),
  tombstones: createTombstones({ client, telemetryTable: env.TELEMETRY_TABLE, fleetTable: env.FLEET_TABLE }),
  metrics,
  silentMs,
})

/**
 * Called by the topic rule for each report of a gateway, and once a minute by the schedule. A call that throws is
 * retried.
 */
export const handler = async (event: unknown): Promise<void> => {
  try {
    await control(event)
  } finally {
    metrics.flush()
  }
}
