import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { auditOfRelayed } from '#shared/commands/audit.ts'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'
import { familyOf } from '#shared/domain/firmware.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { makeSessionId } from '#shared/domain/event.ts'
import { emptyState } from '#shared/history/state.ts'
import { countEvidence, noteFamilies } from '#shared/store/evidence.ts'
import { createDeliveries } from '#shared/store/deliveries.ts'
import { createRecordEvents } from '#shared/store/event-history.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { transact } from '#shared/store/transact.ts'
import { fold } from '../../../lambdas/ingest/fold.ts'
import { sessionOf, type TestCommands } from '../../commands/harness.ts'
import { inRecords, makeEvent, v1 } from '../../ingest/events.ts'
import type { Identifying } from './leaks.ts'

export type FleetDevice = Identifying & {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; json: any }>

let made = 0
/** 15 digits; no id is a part of another one, or of a time or number of the system. */
export const newDeviceId = (): string => String(868_100_000_000_000 + made++ * 7_919_333)

/** Minutes of a degree of latitude, as a V1 frame has them, of a car that stands, drives a kilometre north, and stands. */
function* aDrive(end: number): Generator<{ minutes: string; speed: string; minutesAgo: number }> {
  const [standing, driving] = [8, 6]
  const perMinute = 0.1
  const last = standing * 2 + driving
  for (let i = 0; i <= last; i++) {
    const left = Math.min(driving, Math.max(0, last - standing - i))
    const speed = left > 0 && left < driving ? '006.00' : '000.00'
    yield { minutes: (end - left * perMinute).toFixed(4).padStart(7, '0'), speed, minutesAgo: last - i }
  }
}

/**
 * A registered device with its own label, a trip, a session, a command, a command of another server, a unique firmware, and
 * evidence about that firmware.
 */
export async function makeDevice(
  t: TestCommands,
  asAdmin: Call,
  labels: Readonly<Record<string, string>>,
): Promise<FleetDevice> {
  const deviceId = newDeviceId()
  const tail = deviceId.slice(-7)
  const name = `Name${tail}`
  const firmware = `FW${tail}_V${tail}`
  const site = `Site${tail}`
  const own = { ...labels, site }
  const registered = await asAdmin('POST', '/v1/devices', { deviceId, name, labels: own, password: '1234' })
  if (registered.status !== 201) throw new Error(`not registered: ${JSON.stringify(registered.json)}`)
  await t.setDevice(deviceId, 'seenFirmware', firmware)
  await t.sessions.login({ ...sessionOf(1), deviceId })
  const minutes = `${10 + (made % 40)}.${tail.slice(-4)}`
  const events = [...aDrive(Number(minutes))].map(({ minutes: north, speed, minutesAgo }, i) => {
    const at = t.clock.now - minutesAgo * 60_000
    const raw = v1(at, { id: deviceId, latitude: `42${north}`, longitude: `007${minutes}`, speed })
    return makeEvent({ deviceId, raw, receivedAt: at, seq: i + 1 })
  })
  const folded = fold(emptyState(deviceId), inRecords(events), { retentionDays: 3650 })
  const telemetry = createTelemetryStore({ client: t.client, table: 'telemetry' })
  for (const chunk of folded.chunks) await telemetry.putChunk(chunk, 0)
  await telemetry.saveState(folded.state, folded)
  const counted = {
    commandId: `c${tail}`,
    firmware,
    intent: 'read-status',
    dialect: 'text' as const,
    verdict: 'answered' as const,
    replied: true,
    by: 1 as const,
  }
  await noteFamilies(t, [counted])
  await transact(t.client, countEvidence(t.table, [counted]))
  const type = 'device.online'
  await createRecordEvents({ ...t, retentionDays: 365, now: () => t.clock.now })([
    { id: `online-${tail}`, type, at: t.clock.now, deviceId, data: eventCatalogue[type].example },
  ])
  await asAdmin('POST', `/v1/devices/${deviceId}/commands`, { intent: 'read-status', metadata: { name } })
  const server = `relay${tail}.example.net`
  const hex = Buffer.from(`hello ${name}`).toString('hex')
  const relayed = {
    v: MESSAGE_FORMAT,
    kind: 'relayed' as const,
    gatewayId: 'gateway1',
    deviceId,
    sessionId: makeSessionId(t.clock.now, 1),
    seq: 1,
    at: t.clock.now,
    server: `${server}:5013`,
    danger: 'disruptive' as const,
    intent: null,
    raw: hex,
  }
  await t.parts.audit.add([auditOfRelayed(relayed, hex)])
  const answers = [
    await asAdmin('PUT', `/v1/devices/${deviceId}/schedules/s${tail}`, {
      intent: 'read-status',
      every: '1h',
    }),
    await asAdmin('PUT', `/v1/devices/${deviceId}/desired`, { intervalOnSeconds: 20 }),
    // A device that no restricted key sees.
    await asAdmin('POST', '/v1/campaigns', {
      intent: 'read-status',
      name: `Campaign of ${name}`,
      select: { ids: [deviceId] },
    }),
  ]
  for (const { status, json } of answers)
    if (status >= 300) throw new Error(`not made: ${JSON.stringify(json)}`)
  const { json } = await asAdmin('GET', `/v1/devices/${deviceId}`)
  const { latitude, longitude } = json.lastPosition
  const trips = await asAdmin('GET', `/v1/devices/${deviceId}/trips?${tripsQuery(t.clock.now)}`)
  const start = trips.json.trips?.[0]?.start
  if (start === undefined) throw new Error(`no trip: ${JSON.stringify(trips.json)}`)
  return {
    deviceId,
    name,
    labels: own,
    marks: [
      name,
      firmware,
      familyOf(firmware),
      `42${minutes}`,
      String(latitude),
      String(longitude),
      site,
      server,
      String(start.latitude),
    ],
  }
}

const DAY_MS = 86_400_000
/** A range with all trips that are made here. */
export const tripsQuery = (now: number): string =>
  new URLSearchParams({
    from: new Date(now - DAY_MS).toISOString(),
    to: new Date(now + DAY_MS).toISOString(),
  }).toString()

/** What a webhook posted about these devices, and what its receiver answered. */
export async function addDeliveries(
  t: TestCommands,
  webhookId: string,
  devices: readonly FleetDevice[],
): Promise<void> {
  const at = t.clock.now
  const posted = devices.map(({ deviceId, name, labels }) => ({
    eventId: `online-${deviceId.slice(-7)}`,
    type: 'device.online',
    deviceId,
    eventAt: at,
    kind: 'event' as const,
    at,
    attempt: 1,
    outcome: 'delivered' as const,
    status: 200,
    latencyMs: 5,
    answer: `noted: ${name} of ${labels['site']}`,
    error: null,
  }))
  await createDeliveries({ ...t, now: () => t.clock.now }).add(webhookId, posted)
}

/** An id that connected and is not registered. */
export async function makeUnknown(t: TestCommands): Promise<Identifying> {
  const deviceId = newDeviceId()
  const Item = {
    ...fleetKeys.unknown(deviceId),
    ...fleetKeys.listOf('unknown', deviceId),
    deviceId,
    firstSeen: t.clock.now,
    lastSeen: t.clock.now,
    remoteAddress: '192.0.2.9',
    sampleType: 'V1',
  }
  await t.client.send(new PutCommand({ TableName: t.table, Item }))
  return { deviceId, marks: [] }
}
