import { requireEnv, requireNumber, type IngestEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createIngest } from './ingest.ts'

const env: IngestEnv = requireEnv(['STAGE', 'TELEMETRY_TABLE', 'FLEET_TABLE', 'RETENTION_DAYS'])
const log = createLog({ part: 'ingest', stage: env.STAGE })
const at = { client: createDocumentClient(), table: env.TELEMETRY_TABLE }

export const handler = createIngest({
  telemetry: createTelemetryStore(at),
  parked: createParkedStore(at),
  deliver: async () => {},
  onSaved: () => {},
  log,
  // The log keeps events for 7 days: a state that expired sooner would forget what it has applied.
  retentionDays: requireNumber('RETENTION_DAYS', env.RETENTION_DAYS, 8, 3_650),
})
