import { handle } from 'hono/aws-lambda'
import { requireEnv, type ApiEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { createApiKeys } from '../shared/store/api-keys.ts'
import { createDocumentClient } from '../shared/store/client.ts'
import { createDeviceRegistry } from '../shared/store/devices.ts'
import { createHistoryReader } from '../shared/store/history.ts'
import { createTombstones } from '../shared/store/tombstones.ts'
import { createUnknownDevices } from '../shared/store/unknown-devices.ts'
import { readAdminKeyHash } from './admin-key.ts'
import { createApp } from './app.ts'
import { authenticateByKey } from './auth.ts'

const env = requireEnv(['STAGE', 'TELEMETRY_TABLE', 'FLEET_TABLE'] satisfies (keyof ApiEnv)[])
// Reading the secret comes with the deployment that makes it.
const adminKeyHash = await readAdminKeyHash(process.env, null)

const client = createDocumentClient()
const fleet = { client, table: env.FLEET_TABLE }
const keys = createApiKeys(fleet)

const app = createApp({
  devices: createDeviceRegistry({
    ...fleet,
    tombstones: createTombstones({
      client,
      telemetryTable: env.TELEMETRY_TABLE,
      fleetTable: env.FLEET_TABLE,
    }),
  }),
  unknownDevices: createUnknownDevices(fleet),
  keys,
  history: createHistoryReader({ client, table: env.TELEMETRY_TABLE }),
  authenticate: authenticateByKey(keys, adminKeyHash),
  log: createLog({ part: 'api', stage: env.STAGE }),
})

/** HTTP API events, payload 2.0. */
export const handler = handle(app)
