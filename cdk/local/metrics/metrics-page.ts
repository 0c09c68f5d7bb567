import type { components } from '../../../lambdas/api/openapi-types.ts'
import type { Answer, WholeRequest } from '../stand-ins/http.ts'
import { peerHeader } from '../stand-ins/peer.ts'
import { jsonMessage } from '../stand-ins/http-result.ts'
import { readAllDevices } from '../../tools/read-devices.ts'
import { createApiClient, RefusedError } from '../../tools/api-client.ts'
import type { createEmfTotals, Series } from './emf-totals.ts'
import { EXPOSITION_TYPE, toExposition } from './exposition.ts'

type Device = components['schemas']['Device']

/**
 * `GET /metrics` for Prometheus, with a key that has the scope `read`. Counts of devices include only those that the key sees. The
 * other metrics are for the whole installation and contain no device ids.
 */
export const createMetricsPage =
  ({
    totals,
    httpUrl,
    now = Date.now,
  }: {
    readonly totals: Pick<ReturnType<typeof createEmfTotals>, 'series'>
    readonly httpUrl: () => string
    readonly now?: () => number
  }) =>
  async ({ method, headers }: WholeRequest, peer: string): Promise<Answer> => {
    if (method !== 'GET' && method !== 'HEAD') return jsonMessage(405, 'expected GET')
    const [, key] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (key === undefined) return jsonMessage(401, 'expected Authorization: Bearer <key with the scope read>')
    try {
      const devices = await readAllDevices(createApiClient(httpUrl(), key, peerHeader(peer)))
      const body = toExposition([...totals.series(), ...ofDevices(devices, now()), ...ofProcess()])
      return { status: 200, headers: { 'content-type': EXPOSITION_TYPE, 'cache-control': 'no-store' }, body }
    } catch (error) {
      if (error instanceof RefusedError) return jsonMessage(error.status, error.message)
      throw error
    }
  }

const gauge = (name: string, help: string, value: number, labels: Series['labels'] = {}): Series => ({
  name,
  type: 'gauge',
  help,
  labels,
  value,
  count: null,
})

/** A device that has sent something within this time counts as reporting. */
const RECENT_MS = 3_600_000

function ofDevices(devices: readonly Device[], now: number): readonly Series[] {
  const count = (holds: (device: Device) => boolean): number => devices.filter(holds).length
  const alarms = [...new Set(devices.flatMap(({ alarms: names }) => names))].toSorted()
  return [
    gauge(
      'h02_devices',
      'Registered devices',
      count(({ online }) => online),
      { online: 'true' },
    ),
    gauge(
      'h02_devices',
      'Registered devices',
      count(({ online }) => !online),
      { online: 'false' },
    ),
    gauge(
      'h02_devices_reporting',
      'Devices that sent something in the last hour',
      count(({ lastSeen }) => lastSeen !== null && now - Date.parse(lastSeen) < RECENT_MS),
    ),
    ...alarms.map((alarm) =>
      gauge(
        'h02_devices_in_alarm',
        'Devices whose alarm is raised',
        count((one) => one.alarms.includes(alarm)),
        {
          alarm,
        },
      ),
    ),
  ]
}

function ofProcess(): readonly Series[] {
  const { user, system } = process.cpuUsage()
  return [
    gauge('process_resident_memory_bytes', 'Memory of the process', process.memoryUsage.rss()),
    {
      ...gauge('process_cpu_seconds_total', 'Processor time of the process', (user + system) / 1e6),
      type: 'counter',
    },
    gauge(
      'process_start_time_seconds',
      'When the process started, Unix time',
      Date.now() / 1e3 - process.uptime(),
    ),
  ]
}
