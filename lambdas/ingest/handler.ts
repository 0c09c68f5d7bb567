import { requireEnv, requireNumber, type IngestEnv } from '#shared/env.ts'
import { publisherFromEnv } from '#shared/events/put-events.ts'
import { createLog } from '#shared/log.ts'
import type { BatchResponse, KinesisEvent } from '#shared/log-batch.ts'
import { createAreas } from '#shared/places/areas.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createDeviceLabels } from '#shared/store/device-labels.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createPlaceStore } from '#shared/store/places.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createMetrics } from '#shared/metrics.ts'
import { toBusEvent } from './effects.ts'
import { createIngest } from './ingest.ts'
import { countSaved } from './saved-metrics.ts'

const env: IngestEnv = requireEnv([
  'STAGE',
  'TELEMETRY_TABLE',
  'FLEET_TABLE',
  'RETENTION_DAYS',
  'EVENT_BUS',
  'WEBHOOK_QUEUE',
])
const log = createLog({ part: 'ingest', stage: env.STAGE })
const metrics = createMetrics({ stage: env.STAGE, part: 'ingest' })
const client = createDocumentClient()
const fleet = { client, table: env.FLEET_TABLE }
const { putEvents, isMovedRequested } = publisherFromEnv(env, fleet, metrics)
const at = { client, table: env.TELEMETRY_TABLE }
const parked = createParkedStore(at)

const ingest = createIngest({
  telemetry: createTelemetryStore(at),
  parked: {
    ...parked,
    park: async (deviceId, entries, retentionDays) => {
      await parked.park(deviceId, entries, retentionDays)
      metrics.count('EventsParked', entries.length)
    },
  },
  isMovedRequested,
  areasOf: createAreas({
    listPlaces: createPlaceStore(fleet).list,
    readLabels: createDeviceLabels(fleet).read,
    now: Date.now,
  }),
  deliver: async (effects) => putEvents(effects.map(toBusEvent)),
  onSaved: countSaved(metrics),
  log,
  // The log keeps events for 7 days. A state that expired sooner would forget which events it has applied.
  retentionDays: requireNumber('RETENTION_DAYS', env.RETENTION_DAYS, 8, 3_650),
})

export const handler = async (event: KinesisEvent): Promise<BatchResponse> => {
  try {
    return await ingest(event)
  } finally {
    metrics.flush()
  }
}
