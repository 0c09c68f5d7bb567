import { createRoute, z } from '@hono/zod-openapi'
import { forEachLimited } from '../../shared/concurrency.ts'
import type { ApiParts, App } from '../app-type.ts'
import { changesOf } from '../devices/audited-changes.ts'
import { addedEvent } from '../devices/device-events.ts'
import { readCsvRows, readJsonRows, type RegistrationRows } from '../devices/registration-rows.ts'
import { faultOfRelay, type RelayPolicy } from '../devices/relay-policy.ts'
import { newDeviceSchema } from '../devices/schema.ts'
import { json } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'

const resultSchema = z
  .object({
    created: z.array(z.string()),
    updated: z.array(z.string()),
    rejected: z.array(
      z.object({
        line: z
          .int()
          .openapi({ description: 'Line of the CSV (header: 1), or position in the JSON array (from 1)' }),
        deviceId: z.string().nullable(),
        reason: z.string(),
      }),
    ),
  })
  .openapi('RegistrationResult')

const newDevice = { $ref: '#/components/schemas/NewDevice' }
const CSV_EXAMPLE =
  'deviceId,name,model,ackPolicy,password,sources,labels\r\n9001000002,Van 3,ST-906L,auto,0000,198.51.100.0/24,fleet=north;depot=7\r\n'

const route = createRoute({
  method: 'post',
  path: '/v1/devices',
  operationId: 'registerDevices',
  tags: ['Devices'],
  summary: 'Register or change one or many devices',
  description:
    'Every valid row is applied, even if others are invalid. If a device is registered already, the fields of the row replace its fields; omitted fields stay unchanged.',
  ...needs('admin'),
  ...refuses('nothing-accepted'),
  request: {
    body: {
      required: true,
      // By reference, because rows are validated one by one with this schema, so that a bad row rejects only itself.
      content: {
        'application/json': {
          schema: { oneOf: [newDevice, { type: 'array', items: newDevice }] },
          examples: {
            one: {
              summary: 'A device',
              value: { deviceId: '9170000000', name: 'Van', model: 'ST-906L' },
            },
            many: {
              summary: 'Several devices, one of them with all settings',
              value: [
                { deviceId: '9001000001' },
                {
                  deviceId: '9001000002',
                  name: 'Van 3',
                  model: 'ST-906L',
                  ackPolicy: 'auto',
                  password: '0000',
                  sources: ['198.51.100.0/24'],
                  labels: { fleet: 'north', depot: '7' },
                  overrides: { ignitionWiring: 'normal', utcOffsetMinutes: 480 },
                },
              ],
            },
          },
        },
        'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE },
      },
    },
  },
  responses: {
    200: json('No device is new', resultSchema, { created: [], updated: ['9170000000'], rejected: [] }),
    201: json('At least one device is new', resultSchema, {
      created: ['9001000001', '9001000002'],
      updated: [],
      rejected: [{ line: 3, deviceId: '9001000002', reason: 'the same id as in line 2' }],
    }),
  },
})

/** Concurrent writes; DynamoDB takes about 5 ms each. */
const WRITES_IN_FLIGHT = 32

export function addRegistrationRoute(
  app: App,
  { devices, deviceLabels, unknownDevices, putEvents, now, relay = null }: ApiParts,
  recordAudit: RecordAudit,
): void {
  app.openAPIRegistry.register('NewDevice', newDeviceSchema)
  app.openapi(route, async (c) => {
    const caller = c.get('caller')
    const rows = await readRows(c.req.header('content-type'), () => c.req.text())
    const { valid, rejected: unallowed } = refuseRelays(rows, relay)
    const rejected = [...unallowed]
    const outcomes = new Map<string, 'created' | 'updated'>()
    await forEachLimited(valid, WRITES_IN_FLIGHT, async ({ line, deviceId, device }) => {
      const outcome = await devices.put(deviceId, device, c.get('sight').limit)
      if (typeof outcome === 'object') {
        rejected.push({ line, deviceId, reason: outcome.detail })
        return
      }
      deviceLabels.forget(deviceId)
      outcomes.set(deviceId, outcome)
      const step = outcome === 'created' ? 'device-added' : 'device-changed'
      await recordAudit(caller, ...changesOf(deviceId, step, device))
      if (outcome === 'created') await putEvents([addedEvent(deviceId, now(), device)])
      await unknownDevices.forget(deviceId)
    })
    rejected.sort((a, b) => a.line - b.line)
    if (outcomes.size === 0) {
      const reasons = rejected.slice(0, 3).map(({ line, reason }) => `line ${line}: ${reason}`)
      throw new Problem('nothing-accepted', reasons.join('; ') || 'expected at least one device', {
        extras: { rejected },
      })
    }
    const idsWith = (outcome: string) =>
      rows.valid.map((row) => row.deviceId).filter((deviceId) => outcomes.get(deviceId) === outcome)
    const result = { created: idsWith('created'), updated: idsWith('updated'), rejected }
    const [only] = [...outcomes.keys()]
    if (outcomes.size === 1) c.header('location', `/v1/devices/${only}`)
    return c.json(result, result.created.length > 0 ? 201 : 200)
  })
}

/** Rows with a relay that this installation does not allow. */
function refuseRelays(rows: RegistrationRows, policy: RelayPolicy): RegistrationRows {
  const faults = rows.valid.map((row) => ({ row, reason: faultOfRelay(row.device.relay, policy) }))
  const rejected = faults.flatMap(({ row: { line, deviceId }, reason }) =>
    reason === null ? [] : [{ line, deviceId, reason }],
  )
  return {
    valid: faults.filter(({ reason }) => reason === null).map(({ row }) => row),
    rejected: [...rows.rejected, ...rejected],
  }
}

async function readRows(
  contentType: string | undefined,
  readText: () => Promise<string>,
): Promise<RegistrationRows> {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'text/csv') return readCsvRows(await readText())
  if (type !== 'application/json') {
    throw new Problem('unsupported-media-type', 'expected content-type: application/json or text/csv')
  }
  const value = parseJson(await readText())
  return readJsonRows(Array.isArray(value) ? (value as unknown[]) : [value])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new Problem(
      'invalid-request',
      'expected a body of well-formed JSON: a device, or an array of devices',
    )
  }
}
