import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { monotonicNow } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { FleetTable } from '#shared/store/fleet-list.ts'
import { createUnregisteredStore } from '#shared/store/unregistered.ts'
import { startHttpListeners, type HttpListeners, type HttpOptions } from './http-listeners.ts'
import { isUrl, serveMapFile } from './map-file.ts'
import { createAdminAccess } from './mqtt/admin-access.ts'
import { createMqttOut, type OnBroker } from './mqtt/mqtt-out.ts'
import { createMqttPage } from './mqtt/mqtt-page.ts'
import type { createEmfTotals } from './metrics/emf-totals.ts'
import { createMetricsPage } from './metrics/metrics-page.ts'
import type { OnClose } from './open-in-order.ts'
import type { LocalOptions } from './options.ts'
import { FLEET_TABLE, type Services } from './services.ts'
import type { Beside } from './stand-ins/http-front.ts'
import { REGION } from './stand-ins/iam-policy.ts'
import { createTraccarApi } from './traccar/traccar-api.ts'
import { createWrongPort } from './wrong-port.ts'

/**
 * The HTTP port: the API, the live view, and the routes that this process answers itself: `/metrics`, the file of the map, the MQTT
 * broker and the Traccar API. Trackers that connect to it by mistake are noted.
 */
export async function startHttpSide(
  options: HttpOptions & Pick<LocalOptions, 'map' | 'traccarApi' | 'mqtt' | 'dataDir'>,
  {
    services,
    invoke,
    adminKey,
    totals,
    log,
    onBroker,
    onClose,
    onError,
  }: {
    readonly services: Services
    readonly invoke: (event: unknown) => Promise<unknown>
    readonly adminKey: string
    readonly totals: ReturnType<typeof createEmfTotals>
    readonly log: Log
    readonly onBroker: OnBroker | undefined
    readonly onClose: OnClose
    readonly onError: (message: string, cause: unknown) => void
  },
): Promise<HttpListeners> {
  const { map, publicUrl, mqtt: fixed, dataDir } = options
  const httpUrl = (): string => http.insideUrl
  const fleet = openFleet(services)
  onClose(() => fleet.client.destroy())
  const { noteStray } = createUnregisteredStore(fleet, { onOpeningsUsedUp: () => {}, now: Date.now })
  const metricsPage = createMetricsPage({ totals, httpUrl })
  const traccar = options.traccarApi === true ? createTraccarApi({ httpUrl, publicUrl, onError }) : null
  const mqttOut = createMqttOut({ fixed, dataDir, httpUrl, adminKey, log, onBroker, onError })
  const admit = createAdminAccess({ fleet, httpUrl, adminKey })
  const http: HttpListeners = await startHttpListeners(options, {
    beside: firstOf([
      (request, _, peer) => (pathOfUrl(request.url) === '/metrics' ? metricsPage(request, peer) : null),
      createMqttPage({ mqttOut, admit }),
      map !== undefined && !isUrl(map) ? serveMapFile(map) : null,
      traccar?.beside ?? null,
    ]),
    invoke,
    upgrades: { '/mqtt': services.iot.accept, ...traccar?.upgrades },
    onNoHttp: createWrongPort({ noteStray, log, monotonic: monotonicNow }),
    onError,
  })
  onClose(http.close)
  if (traccar !== null) onClose(traccar.close)
  // Closed before the API, because it deletes its key through the API.
  onClose(mqttOut.close)
  await mqttOut.start()
  return http
}

/** The fleet table, accessed as the tools access it. */
const openFleet = ({ dynamoEndpoint, credentialsOf }: Services): FleetTable => ({
  client: DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamoEndpoint, region: REGION, credentials: credentialsOf('tools') }),
  ),
  table: FLEET_TABLE,
})

/** Returns the first answer that is not null. Features that are switched off are null. */
const firstOf =
  (besides: readonly (Beside | null)[]): Beside =>
  (...request) => {
    for (const beside of besides) {
      const answered = beside?.(...request) ?? null
      if (answered !== null) return answered
    }
    return null
  }

const pathOfUrl = (url: string): string => url.split('?', 1)[0] ?? ''
