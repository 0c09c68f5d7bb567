import { STSClient } from '@aws-sdk/client-sts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { handle } from 'hono/aws-lambda'
import { dialectOrder, entryOf, maskBytes } from '#h02/catalogue/index.ts'
import { createCommandBus } from '../shared/bus/iot-data.ts'
import { presignMqttUrl } from '../shared/bus/presign.ts'
import { createChooseDialects } from '../shared/commands/choose-dialects.ts'
import { createDispatcher } from '../shared/commands/dispatch.ts'
import { createLog } from '../shared/log.ts'
import { createApiKeys } from '../shared/store/api-keys.ts'
import { createAuditStore } from '../shared/store/audit.ts'
import { createDocumentClient } from '../shared/store/client.ts'
import { createCommandStore } from '../shared/store/commands.ts'
import { createConfirmations } from '../shared/store/confirmations.ts'
import { createDeviceRegistry } from '../shared/store/devices.ts'
import { createEvidenceStore } from '../shared/store/evidence.ts'
import { createGatewayStore } from '../shared/store/gateways.ts'
import { createHistoryReader } from '../shared/store/history.ts'
import { createIdempotencyStore } from '../shared/store/idempotency.ts'
import { createProbes } from '../shared/store/probes.ts'
import { createTombstones } from '../shared/store/tombstones.ts'
import { createUnknownDevices } from '../shared/store/unknown-devices.ts'
import { readAdminKeyHash } from './admin-key.ts'
import { createApp } from './app.ts'
import { authenticateByKey } from './auth.ts'
import { createOpenLive } from './live/open-live.ts'
import { readSettings } from './settings.ts'

const { stage, region, engine, timeScale, ...settings } = readSettings()
// Reading the secret comes with the deployment that makes it.
const adminKeyHash = await readAdminKeyHash(process.env, null)

const log = createLog({ part: 'api', stage })
const client = createDocumentClient()
const fleet = { client, table: settings.fleetTable }
const keys = createApiKeys(fleet)
const commands = createCommandStore(fleet)
const evidence = createEvidenceStore(fleet)
const bus = createCommandBus({ stage, delivery: settings.commandDelivery })
const catalogue = { entryOf, dialectOrder }

const app = createApp({
  devices: createDeviceRegistry({
    ...fleet,
    tombstones: createTombstones({
      client,
      telemetryTable: settings.telemetryTable,
      fleetTable: settings.fleetTable,
    }),
  }),
  unknownDevices: createUnknownDevices(fleet),
  keys,
  history: createHistoryReader({ client, table: settings.telemetryTable }),
  commands,
  dispatcher: createDispatcher({
    commands,
    bus,
    catalogue,
    chooseDialects: createChooseDialects({ catalogue, evidence }),
    maskWritten: (hex) => Buffer.from(maskBytes(Buffer.from(hex, 'hex'), 'down')).toString('hex'),
    interlock: engine.interlock,
    timeScale,
    log,
  }),
  evidence,
  audit: createAuditStore(fleet),
  gateways: createGatewayStore(fleet),
  bus,
  probes: createProbes(fleet),
  confirmations: createConfirmations(fleet),
  idempotency: createIdempotencyStore(fleet),
  openLive: createOpenLive({
    sts: new STSClient({
      requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 }),
    }),
    roleArn: settings.liveRoleArn,
    region,
    stage,
    sign: (credentials, expiresInSeconds) =>
      presignMqttUrl({ endpoint: settings.iotEndpoint, region, credentials, expiresInSeconds }),
  }),
  engine,
  authenticate: authenticateByKey(keys, adminKeyHash),
  log,
  now: Date.now,
})

/** HTTP API events, payload 2.0. */
export const handler = handle(app)
