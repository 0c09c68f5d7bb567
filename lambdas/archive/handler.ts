import { requireEnv, type ArchiveEnv } from '#shared/env.ts'
import type { BatchResponse, KinesisEvent } from '#shared/log-batch.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { readDevices } from '#shared/store/device-item.ts'
import { createArchive } from './archive.ts'
import { createDelivery } from './delivery.ts'

const env: ArchiveEnv = requireEnv(['STAGE', 'FLEET_TABLE', 'DELIVERY_STREAM'])
const metrics = createMetrics({ stage: env.STAGE, part: 'archive' })
const fleet = { client: createDocumentClient(), table: env.FLEET_TABLE }

const archive = createArchive({
  readDevices: (deviceIds) => readDevices(fleet, deviceIds),
  deliver: createDelivery(env.DELIVERY_STREAM),
  metrics,
  log: createLog({ part: 'archive', stage: env.STAGE }),
})

export const handler = async (event: KinesisEvent): Promise<BatchResponse> => {
  try {
    return await archive(event)
  } finally {
    metrics.flush()
  }
}
