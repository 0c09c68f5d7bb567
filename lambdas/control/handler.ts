import { requireEnv, type ControlEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import { createSweep } from './sweep.ts'

const env: ControlEnv = requireEnv(['STAGE', 'TELEMETRY_TABLE', 'FLEET_TABLE'])
const client = createDocumentClient()
const metrics = createMetrics({ stage: env.STAGE, part: 'control' })

const sweep = createSweep({
  client,
  table: env.FLEET_TABLE,
  tombstones: createTombstones({ client, telemetryTable: env.TELEMETRY_TABLE, fleetTable: env.FLEET_TABLE }),
  log: createLog({ part: 'control', stage: env.STAGE }),
  metrics,
})

/** Called every minute by the schedule. */
export const handler = async (): Promise<void> => {
  try {
    await sweep(Date.now())
  } finally {
    metrics.flush()
  }
}
