import { join } from 'node:path'
import { STSClient } from '@aws-sdk/client-sts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { presignMqttUrl } from '../shared/bus/presign.ts'
import { advanceCampaign } from '../shared/commands/campaign.ts'
import { createDispatcher } from '../shared/commands/dispatcher.ts'
import { commandPartsFromEnv } from '../shared/commands/parts.ts'
import { requireEnv } from '../shared/env.ts'
import type { PutEvents } from '../shared/domain/events/bus-event.ts'
import { putEventsFromEnv } from '../shared/events/put-events.ts'
import { createLog } from '../shared/log.ts'
import { createMetrics } from '../shared/metrics.ts'
import { createApiKeys } from '../shared/store/api-keys.ts'
import { createAuditStore } from '../shared/store/audit.ts'
import { createCampaignStore } from '../shared/store/campaigns.ts'
import { createDocumentClient } from '../shared/store/client.ts'
import { createConfirmations } from '../shared/store/confirmations.ts'
import { createDeviceLabels } from '../shared/store/device-labels.ts'
import { createDeviceRegistry } from '../shared/store/devices.ts'
import { createDiagnosisStore } from '../shared/store/diagnosis.ts'
import { createEventReader } from '../shared/store/event-reader.ts'
import { createEvidenceStore } from '../shared/store/evidence.ts'
import { createGatewayStore } from '../shared/store/gateways.ts'
import { createHistoryReader } from '../shared/store/history.ts'
import { createIdempotencyStore } from '../shared/store/idempotency.ts'
import { createMovedInterest } from '../shared/store/moved-interest.ts'
import { createNamedCommands } from '../shared/store/named-commands.ts'
import { createPlaceStore } from '../shared/store/places.ts'
import { createProbes } from '../shared/store/probes.ts'
import { createFreshSecret } from '../shared/store/fresh-secret.ts'
import { readSecret } from '../shared/store/secret.ts'
import { createDesiredStore } from '../shared/store/desired.ts'
import { createSchedules } from '../shared/store/schedules.ts'
import { createDeliveries } from '../shared/store/deliveries.ts'
import { createMailSubscriptions } from '../shared/bus/mail-subscriptions.ts'
import { createNoticeChannels } from '../shared/store/notice-channels.ts'
import { createNoticeRules } from '../shared/store/notice-rules.ts'
import { createWebhookStore } from '../shared/store/webhooks.ts'
import { createWebhookQueue } from '../shared/bus/webhook-queue.ts'
import { findTarget, requirePolicy } from '../shared/webhooks/target.ts'
import { createTombstones } from '../shared/store/tombstones.ts'
import { createUnknownDevices } from '../shared/store/unknown-devices.ts'
import { createWaitSlots } from '../shared/store/wait-slots.ts'
import { readAdminKeyHash } from './admin-key.ts'
import type { Authenticate } from './app-type.ts'
import { createApp } from './app.ts'
import { authenticateByKey } from './auth.ts'
import { geocoderFromEnv } from './geocode/geocoder-from-env.ts'
import { createOpenLive } from './live/open-live.ts'
import { toHandler } from './lambda-handler.ts'
import { defaultRateLimits } from './rate-limit.ts'
import { readSettings } from './settings.ts'
import { authenticateByJwt } from './jwt.ts'
import { readConsoleConfig } from './site/config.ts'
import type { CommandLineChannel } from './app-type.ts'
import { readConsoleFiles } from './site/files.ts'
import { mapArchiveFromEnv } from './site/map-archive-from-env.ts'
import { readMapOrigins } from './site/map-origins.ts'

const { stage, region, engine, ...settings } = readSettings()

const log = createLog({ part: 'api', stage })
const freshAdminKeyHash = createFreshSecret({
  read: () => readAdminKeyHash(process.env, readSecret),
  now: Date.now,
  log,
})
// A missing key stops the function at its start, not at the first request.
await freshAdminKeyHash()
const publishEnv = requireEnv(['EVENT_BUS', 'RETENTION_DAYS', 'WEBHOOK_QUEUE'])
const webhookTargets = requirePolicy(process.env.WEBHOOK_TARGETS ?? 'public')
const client = createDocumentClient()
const fleet = { client, table: settings.fleetTable }
const keys = createApiKeys(fleet)
const commandEnv = { ...process.env, ...requireEnv(['STAGE', 'COMMAND_DELIVERY']) }
/** A request has 29 s; the sweep does the rest of a campaign. */
const ADVANCE_MS = 5_000
const campaigns = createCampaignStore(fleet)
const parts = commandPartsFromEnv(commandEnv, { ...fleet, log, interlock: engine.interlock })

const metrics = createMetrics({ stage, part: 'api' })
const putEvents = putEventsFromEnv(publishEnv, fleet, metrics)
/**
 * The change was stored before the event is published. Failing the request would not undo the change, and a repeated request would
 * find nothing to change. So an event that cannot be published is only logged.
 */
const publishAfterChange: PutEvents = (events) =>
  putEvents(events).catch((cause: unknown) =>
    log.error('events not published', { types: events.map(({ type }) => type), cause }),
  )

/** Also accepts tokens of an identity provider, if the deployment names one. */
const withJwt = (byKey: Authenticate): Authenticate => {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_SCOPE_PREFIX: scopePrefix = 'h02/' } = process.env
  const devicesClaim = process.env.JWT_DEVICES_CLAIM || undefined
  if (!issuer) return byKey
  if (!audience) throw new Error('JWT_ISSUER requires JWT_AUDIENCE')
  return authenticateByJwt({ issuer, audience, scopePrefix, devicesClaim }, byKey)
}

const app = createApp({
  devices: createDeviceRegistry({
    ...fleet,
    tombstones: createTombstones({
      client,
      telemetryTable: settings.telemetryTable,
      fleetTable: settings.fleetTable,
    }),
  }),
  deviceLabels: createDeviceLabels(fleet),
  unknownDevices: createUnknownDevices(fleet),
  keys,
  history: createHistoryReader({ client, table: settings.telemetryTable }),
  diagnosis: createDiagnosisStore(fleet),
  commands: parts.commands,
  dispatcher: createDispatcher(parts),
  evidence: createEvidenceStore(fleet),
  events: createEventReader(fleet),
  movedInterest: createMovedInterest(fleet),
  putEvents: publishAfterChange,
  webhooks: {
    store: createWebhookStore(fleet),
    deliveries: createDeliveries(fleet),
    send: createWebhookQueue(publishEnv.WEBHOOK_QUEUE),
    checkTarget: (url) => findTarget(url, webhookTargets),
  },
  notices: {
    channels: createNoticeChannels(fleet),
    rules: createNoticeRules(fleet),
    mail: process.env.NOTICE_TOPIC_ARN ? createMailSubscriptions(process.env.NOTICE_TOPIC_ARN) : null,
    // Set by embedded mode itself.
    fromCommandLine: JSON.parse(process.env.NOTIFY_NAMES ?? '[]') as CommandLineChannel[],
  },
  audit: createAuditStore(fleet),
  namedCommands: createNamedCommands(fleet),
  places: createPlaceStore(fleet),
  gateways: createGatewayStore({ ...fleet, timeScale: parts.timeScale }),
  bus: parts.bus,
  probes: createProbes(fleet),
  schedules: createSchedules(fleet),
  desired: createDesiredStore({ ...fleet, timeScale: parts.timeScale }),
  campaigns,
  advanceCampaign: (campaignId) =>
    advanceCampaign({ ...parts, campaigns }, campaignId, { maxMs: ADVANCE_MS }),
  confirmations: createConfirmations(fleet),
  idempotency: createIdempotencyStore(fleet),
  waitSlots: createWaitSlots({ ...fleet, slots: settings.waitSlots }),
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
  relay: settings.relay,
  geocoder: geocoderFromEnv({ region, log }),
  authenticate: withJwt(authenticateByKey(keys, freshAdminKeyHash)),
  rateLimits: { ...defaultRateLimits, requestsPerKey: settings.requestsPerKey },
  streamsFiles: settings.streamsFiles,
  liveThroughApi: settings.liveThroughApi,
  publicOrigin: settings.publicOrigin,
  metrics,
  log,
  now: Date.now,
  console: {
    files: readConsoleFiles(join(import.meta.dirname, 'console')),
    config: readConsoleConfig(stage),
    mapOrigins: readMapOrigins(),
    mapArchive: mapArchiveFromEnv({ region, log }),
  },
})

export const handler = toHandler(app)
