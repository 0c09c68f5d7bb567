import { randomBytes } from 'node:crypto'
import * as catalogue from '#h02/catalogue/index.ts'
import { ownCredentials } from '#shared/bus/credentials.ts'
import { createMqttLink } from '#shared/bus/mqtt-link.ts'
import { gatewayClientId } from '#shared/domain/topics.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createSessionStore } from '#shared/store/sessions.ts'
import { OPENINGS_USED_UP } from '#shared/store/unregistered.ts'
import type { ConnectLink } from './commands/control-link.ts'
import { createClockGuard } from './clock-guard.ts'
import { createStopping, drain } from './drain.ts'
import { Gateway } from './gateway.ts'
import { startHealth } from './health.ts'
import { listen } from './sockets/listener.ts'
import { createPutRecords } from './uplink/put-records.ts'
import { readSettings } from './settings.ts'
import { readDesiredStatus, watchTaskStatus } from './task-metadata.ts'

const METRICS_EVERY_MS = 60_000

const settings = readSettings()
const gatewayId = randomBytes(6).toString('hex')
const log = createLog({ part: 'gateway', stage: settings.stage, gatewayId })
const metrics = createMetrics({ stage: settings.stage, part: 'gateway' })

const { iotEndpoint, region, stage, timeScale } = settings
const connect = (endpoint: string): ConnectLink => {
  const identity = {
    clientId: gatewayClientId(settings.stage, gatewayId),
    endpoint,
    region,
    credentials: ownCredentials(),
    log,
  }
  return (handlers) => createMqttLink({ ...identity, ...handlers })
}
if (iotEndpoint === null)
  log.warn('IOT_ENDPOINT is not set: frames are received, but no commands are accepted')

let usedUpHour = -1
/** Logged once an hour, because each further id would cause another log line. */
const reportUsedUp = (): void => {
  const hour = Math.floor(Date.now() / 3_600_000)
  if (hour !== usedUpHour) log.warn(OPENINGS_USED_UP, { registration: 'open' })
  usedUpHour = hour
}

const clockGuard = createClockGuard({ log })

const gateway = new Gateway({
  ...settings,
  gatewayId,
  sessions: createSessionStore({
    client: createDocumentClient(),
    table: settings.fleetTable,
    onOpeningsUsedUp: reportUsedUp,
  }),
  putRecords: createPutRecords(settings.stream),
  downlink:
    iotEndpoint === null
      ? null
      : {
          connect: connect(iotEndpoint),
          catalogue,
          maskBytes: catalogue.maskBytes,
          stage,
          timeScale,
        },
  log,
  metrics,
})
const health = await startHealth(settings.healthHost, settings.healthPort, clockGuard.obstacle)
const listener = await listen({
  ...settings,
  sockets: gateway.sockets,
  obstacle: clockGuard.obstacle,
  host: settings.tcpHost,
  port: settings.tcpPort,
  log,
  metrics,
})
const reporting = setInterval(() => {
  gateway.reportGauges()
  metrics.flush()
}, METRICS_EVERY_MS)
log.info('listening', {
  tcpPort: listener.port,
  healthPort: health.port,
  registration: settings.registration,
})

const stopping = createStopping(gateway.monotonic, settings.drain)
const onSignal = (signal: string): void => {
  log.info('signal', { signal })
  if (isSignalled) return stopping.hurry()
  isSignalled = true
  stopping.signalled()
}
let isSignalled = false
process.on('SIGTERM', () => onSignal('SIGTERM'))
process.on('SIGINT', () => onSignal('SIGINT'))
if (settings.metadataUri !== null) {
  const onStopping = (): void => {
    log.info('ECS is stopping this task')
    stopping.announced()
  }
  watchTaskStatus({ read: readDesiredStatus(settings.metadataUri), onStopping, log })
}

await stopping.begun
const left = await drain({ gateway, listener, health, stopping, log })
await gateway.stop()
clearInterval(reporting)
clockGuard.stop()
gateway.reportGauges()
metrics.count('LeftBehind', left)
metrics.flush()
health.close()
process.exit(left > 0 ? 1 : 0)
