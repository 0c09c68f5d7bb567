import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { familyOf } from '#shared/domain/firmware.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { emptyState } from '#shared/history/state.ts'
import { countEvidence, noteFamilies } from '#shared/store/evidence.ts'
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
/** 15 digits, none a part of another, and of no time or number of the system. */
export const newDeviceId = (): string => String(868_100_000_000_000 + made++ * 7_919_333)

/** A registered device with a history, a session, a command, a firmware that names it and evidence about that. */
export async function makeDevice(
  t: TestCommands,
  asAdmin: Call,
  labels: Readonly<Record<string, string>>,
): Promise<FleetDevice> {
  const deviceId = newDeviceId()
  const tail = deviceId.slice(-7)
  const name = `Name${tail}`
  const firmware = `FW${tail}_V${tail}`
  const registered = await asAdmin('POST', '/v1/devices', { deviceId, name, labels, password: '1234' })
  if (registered.status !== 201) throw new Error(`not registered: ${JSON.stringify(registered.json)}`)
  await t.setDevice(deviceId, 'seenFirmware', firmware)
  await t.sessions.login({ ...sessionOf(1), deviceId })
  const minutes = `${10 + (made % 40)}.${tail.slice(-4)}`
  const raw = v1(t.clock.now, { id: deviceId, latitude: `42${minutes}`, longitude: `007${minutes}` })
  const event = makeEvent({ deviceId, raw, receivedAt: t.clock.now })
  const folded = fold(emptyState(deviceId), inRecords([event]), { retentionDays: 3650 })
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
  const answers = [
    await asAdmin('PUT', `/v1/devices/${deviceId}/schedules/s${tail}`, {
      intent: 'read-status',
      every: '1h',
    }),
    await asAdmin('PUT', `/v1/devices/${deviceId}/desired`, { intervalOnSeconds: 20 }),
    // Of no restricted key: none of them sees it.
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
  return {
    deviceId,
    name,
    labels,
    marks: [name, firmware, familyOf(firmware), `42${minutes}`, String(latitude), String(longitude)],
  }
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
