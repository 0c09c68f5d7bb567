import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { compareHistoryKeys, type DeviceState, type HistoryRow } from '#shared/domain/device-state.ts'
import { createLog } from '#shared/log.ts'
import { createAuditStore } from '#shared/store/audit.ts'
import { marshallOptions } from '#shared/store/client.ts'
import { createPlaceStore } from '#shared/store/places.ts'
import { createNamedCommands } from '#shared/store/named-commands.ts'
import { createApiKeys, hashKey, type Scope } from '#shared/store/api-keys.ts'
import { createDeviceLabels } from '#shared/store/device-labels.ts'
import { createDeviceRegistry, type DeviceRegistry } from '#shared/store/devices.ts'
import type { RegisteredDevice } from '#shared/store/registered-device.ts'
import { createDiagnosisStore } from '#shared/store/diagnosis.ts'
import type { HistoryReader } from '#shared/store/history.ts'
import { createRecordEvents } from '#shared/store/event-history.ts'
import { createEventReader } from '#shared/store/event-reader.ts'
import { createCampaignStore } from '#shared/store/campaigns.ts'
import { createConfirmations } from '#shared/store/confirmations.ts'
import { createIdempotencyStore } from '#shared/store/idempotency.ts'
import { createWaitSlots } from '#shared/store/wait-slots.ts'
import { createMovedInterest } from '#shared/store/moved-interest.ts'
import { createProbes } from '#shared/store/probes.ts'
import { createDesiredStore } from '#shared/store/desired.ts'
import { createSchedules } from '#shared/store/schedules.ts'
import { createUnknownDevices } from '#shared/store/unknown-devices.ts'
import { createDeliveries } from '#shared/store/deliveries.ts'
import type { FleetTable } from '#shared/store/fleet-list.ts'
import { createNoticeChannels } from '#shared/store/notice-channels.ts'
import { createNoticeRules } from '#shared/store/notice-rules.ts'
import { createWebhookStore } from '#shared/store/webhooks.ts'
import { findTarget } from '#shared/webhooks/target.ts'
import { createTombstones } from '#shared/store/tombstones.ts'
import type { ApiParts, App, Identity } from '../../lambdas/api/app-type.ts'
import { createApp } from '../../lambdas/api/app.ts'
import { authenticateByKey } from '../../lambdas/api/auth.ts'
import { createFakeCommands } from './command-fakes.ts'
import { startStore } from '../store/start-store.ts'
import { requireGerman } from '../texts/require-german.ts'

export const ADMIN_KEY = 'the-first-admin-key'

/** A caller with these scopes, for all devices. */
export const callerWith = (...scopes: readonly Scope[]): Identity => ({
  keyId: 'k',
  name: null,
  scopes: new Set(scopes),
  devices: null,
  expiresAt: null,
})

/** History in memory: rows and states may be changed while an app reads them. */
type FakeHistory = HistoryReader & {
  readonly rows: HistoryRow[]
  readonly states: Map<string, DeviceState>
}

export function createFakeHistory(rows: HistoryRow[] = []): FakeHistory {
  const states = new Map<string, DeviceState>()
  return {
    rows,
    states,
    readState: async (deviceId) => states.get(deviceId) ?? null,
    readStates: async (ids) => new Map([...states].filter(([deviceId]) => ids.includes(deviceId))),
    readRows: async function* (_deviceId, { from = 0, to = Infinity, order, after }) {
      const direction = order === 'asc' ? 1 : -1
      yield* rows
        .filter((row) => row.indexTime >= from && row.indexTime < to)
        .filter((row) => after === undefined || compareHistoryKeys(row, after) * direction > 0)
        .sort((a, b) => compareHistoryKeys(a, b) * direction)
    },
  }
}

export const someDevice: RegisteredDevice = {
  deviceId: '1234567890',
  name: 'Van 3',
  model: 'ST-906L',
  ackPolicy: 'auto',
  registeredAt: Date.UTC(2026, 0, 1),
  registeredBy: 'api',
  epoch: 0,
  session: null,
  password: null,
  overrides: { ignitionWiring: 'normal', utcOffsetMinutes: 0 },
  labels: {},
  seenModel: null,
  seenFirmware: null,
  commands: { queue: [], open: null, openRestore: null, watching: [] },
  contestedUntil: null,
  sources: null,
  cameFrom: null,
  relay: null,
  speedLimitKmh: null,
  clockSetAt: null,
  network: null,
  purgeBefore: null,
}

export const someState: DeviceState = {
  deviceId: someDevice.deviceId,
  lastSeen: Date.UTC(2026, 0, 10, 12, 0, 1, 234),
  lastPosition: {
    fixTime: Date.UTC(2026, 0, 10, 12),
    receivedAt: Date.UTC(2026, 0, 10, 12, 0, 1, 234),
    latitude: 42.353503,
    longitude: -7.876602,
    speedKnots: 24.05,
    course: 133,
  },
  lastType: 'V1',
  batteryPercent: 80,
  voltage: null,
  gsm: 21,
  satellites: null,
  statusWord: 'FFFFFBFD',
  iccid: null,
  clockOffsetMinutes: null,
  places: [],
}

/** One registered device, read-only: enough for tests that only read. */
export const oneDevice = (device: RegisteredDevice = someDevice): DeviceRegistry => {
  const never = () => Promise.reject(new Error('not in this test'))
  return {
    get: async (deviceId) => (deviceId === device.deviceId ? device : null),
    list: async function* () {
      yield device
    },
    put: never,
    patch: never,
    watch: never,
    remove: never,
  }
}

/** The fleet table on a stand-in, empty. */
export async function startFleet() {
  const { raw, endpoint, close } = await startStore()
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions })
  const tombstones = createTombstones({ client, telemetryTable: 'telemetry', fleetTable: 'fleet' })
  return {
    tombstones,
    endpoint,
    client,
    table: 'fleet',
    close,
  }
}

type CallOptions = {
  key?: string | null
  body?: unknown
  type?: string
  headers?: Record<string, string>
  address?: string
  /** When API Gateway received the request. */
  timeEpoch?: number
}

/** Calls an app as a client would; objects go as JSON. */
const callerOf =
  (app: App) =>
  async (
    method: string,
    path: string,
    { key = ADMIN_KEY, body, type, headers = {}, address, timeEpoch }: CallOptions = {},
  ) => {
    const asText = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const init = {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(asText !== undefined && { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(asText !== undefined && { body: asText }),
    }
    const response = await app.request(path, init, {
      requestContext: { http: { ...(address !== undefined && { sourceIp: address }) }, timeEpoch },
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const json = isJson ? JSON.parse(text) : null
    if (response.status >= 400 && json !== null) requireGerman(json)
    return { status: response.status, headers: response.headers, text, json }
  }

/** Parts that these tests do not need. */
const elsewhere = (fakes: ReturnType<typeof createFakeCommands>) => ({
  commands: fakes.commands,
  dispatcher: fakes.dispatcher,
  evidence: fakes.evidence,
  audit: fakes.audit,
  gateways: fakes.gateways,
  bus: fakes.bus,
  openLive: fakes.openLive,
  engine: { isOn: true, interlock: { maxSpeedKmh: 20, maxFixAgeMs: 60_000 } },
})

/** Webhooks in the table, whose deliveries all succeed at once. */
const fakeWebhooks = (fleet: FleetTable & { now: () => number }): ApiParts['webhooks'] => {
  const deliveries = createDeliveries(fleet)
  return {
    store: createWebhookStore(fleet),
    deliveries,
    send: async (messages) => {
      for (const { webhookId, kind, event, recordAs } of messages) {
        const { id: eventId, type, deviceId, time } = event
        const sent = { eventId, type, deviceId, kind, eventAt: Date.parse(time), at: fleet.now(), attempt: 1 }
        const answered = {
          outcome: 'delivered',
          status: 200,
          latencyMs: 5,
          answer: 'ok',
          error: null,
        } as const
        await deliveries.add(webhookId, [{ ...sent, ...answered }], recordAs!)
      }
    },
    // Name resolution is tested in test/webhooks.
    checkTarget: async (url) => findTarget(url, 'public', async () => [{ address: '192.0.32.8', family: 4 }]),
  }
}

/** An app over the stand-in's fleet table (its own, or `fleet`), with the history and the commands in memory. */
export async function startApi({
  now = Date.now,
  fleet: given,
  ...parts
}: Partial<ApiParts> & { now?: () => number; fleet?: Awaited<ReturnType<typeof startFleet>> } = {}) {
  const fleet = given ?? (await startFleet())
  const history = createFakeHistory()
  const fakes = createFakeCommands()
  const log: string[] = []
  const keys = createApiKeys({ ...fleet, now })
  const audit = createAuditStore(fleet)
  const schedules = createSchedules(fleet)
  const desired = createDesiredStore(fleet)
  const webhooks = fakeWebhooks({ ...fleet, now })
  const notices: ApiParts['notices'] = {
    channels: createNoticeChannels({ ...fleet, now }),
    rules: createNoticeRules({ ...fleet, now }),
    mail: null,
    fromCommandLine: [{ kind: 'ntfy', name: 'ntfy ntfy.sh', events: ['alarm.raised'] }],
  }
  const putEvents = createRecordEvents({ ...fleet, retentionDays: 365, now })
  const app = createApp({
    ...elsewhere(fakes),
    probes: createProbes({ ...fleet, now }),
    schedules,
    desired,
    campaigns: createCampaignStore({ ...fleet, now }),
    advanceCampaign: async () => {},
    confirmations: createConfirmations({ ...fleet, now }),
    idempotency: createIdempotencyStore({ ...fleet, now }),
    waitSlots: createWaitSlots({ ...fleet, slots: 5, now }),
    webhooks,
    notices,
    events: createEventReader({ ...fleet, now }),
    putEvents,
    movedInterest: createMovedInterest({ ...fleet, now }),
    now,
    devices: createDeviceRegistry({ ...fleet, now }),
    deviceLabels: createDeviceLabels({ ...fleet, now }),
    diagnosis: createDiagnosisStore({ ...fleet, now }),
    unknownDevices: createUnknownDevices({ ...fleet, now }),
    keys,
    history,
    authenticate: authenticateByKey(keys, async () => hashKey(ADMIN_KEY)),
    audit,
    namedCommands: createNamedCommands(fleet),
    places: createPlaceStore({ ...fleet, now }),
    geocoder: {
      attribution: { text: '© someone', url: 'https://example.com/' },
      find: async () => ({ outcome: 'found', address: 'Via Italia 1' }),
    },
    log: createLog({}, (line) => log.push(line)),
    ...parts,
  })
  return {
    ...fleet,
    app,
    call: callerOf(app),
    history,
    fakes,
    log,
    audit,
    keys,
    schedules,
    desired,
    webhooks,
    notices,
    putEvents,
  }
}

/** An app that reads one device's history, and no table at all. */
export function createReadingApp(history: HistoryReader, parts: Partial<ApiParts> = {}) {
  const none = () => Promise.reject(new Error('not in this test'))
  const app = createApp({
    ...elsewhere(createFakeCommands()),
    probes: { put: none, get: none, latest: none, planWrites: none, dropWrites: none },
    desired: { get: none, set: none, save: none, remove: none },
    schedules: { list: none, get: none, put: none, advance: none, remove: none },
    campaigns: {
      create: none,
      get: none,
      list: none,
      readChunks: none,
      save: none,
      leaveConclusion: none,
      waitingConclusions: none,
      dropConclusions: none,
    },
    advanceCampaign: none,
    confirmations: { create: none, find: none },
    idempotency: { claim: none, release: none },
    webhooks: fakeWebhooks({ client: {} as never, table: '', now: Date.now }),
    notices: {
      channels: { list: none, get: none, create: none, change: none, remove: none, note: none },
      rules: { list: none, get: none, create: none, put: none, remove: none },
      mail: null,
      fromCommandLine: [],
    },
    events: {
      ofDevice: async function* () {},
      recorded: async function* () {},
      get: none,
      dropDeleted: none,
    },
    putEvents: async () => {},
    movedInterest: { listenUntil: none },
    waitSlots: { take: none },
    namedCommands: { get: none, list: none, put: none, remove: none },
    places: { list: none, get: none, create: none, change: none, remove: none },
    now: Date.now,
    devices: oneDevice(),
    deviceLabels: { read: none, forget: () => {} },
    diagnosis: { stray: none, gatewayLives: none, inNetwork: none },
    unknownDevices: { get: none, list: async function* () {}, forget: none },
    keys: {
      create: none,
      list: none,
      get: none,
      remove: none,
      rotate: none,
      touch: async () => {},
      find: async () => null,
    },
    history,
    authenticate: async () => callerWith('read'),
    log: createLog({}, () => {}),
    ...parts,
  })
  return { app, call: callerOf(app) }
}

/** One app for many histories, which are given with each call, because building an app takes longer than reading some pages. */
export function createWalkingApp() {
  let current: HistoryReader = createFakeHistory()
  const { call } = createReadingApp(
    {
      readState: (...args) => current.readState(...args),
      readStates: (...args) => current.readStates(...args),
      readRows: (...args) => current.readRows(...args),
    },
    { rateLimits: { requestsPerKey: 1_000_000_000, wrongKeysPerAddress: 1_000_000_000 } },
  )
  return (history: HistoryReader, path: string) => {
    current = history
    return call('GET', path)
  }
}
