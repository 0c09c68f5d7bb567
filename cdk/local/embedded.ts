import { OPENINGS_USED_UP } from '#shared/store/unregistered.ts'
import type { Log } from '#shared/log.ts'
import { ARCHIVE_WINDOW_SECONDS, SWEEP_EVERY_MINUTES } from '../schedules.ts'
import { readAdminKey } from './admin-key.ts'
import {
  startApi,
  startArchive,
  startControl,
  startIngest,
  startNotifier,
  startSweep,
  startWebhooks,
  type FunctionParts,
  type Ingest,
  type NotifyTopic,
} from './functions.ts'
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts'
import { startHttpSide } from './http-side.ts'
import { createEmfTotals } from './metrics/emf-totals.ts'
import type { OnBroker } from './mqtt/mqtt-out.ts'
import { openInOrder, type OnClose } from './open-in-order.ts'
import type { LocalOptions } from './options.ts'
import { gatewayEnv, type Env } from './part-env.ts'
import { bundleOf } from './paths.ts'
import { createPrivately } from './private-files.ts'
import { writeRunning } from './running.ts'
import { FLEET_TABLE, startServices, TELEMETRY_TABLE, type Part, type Services } from './services.ts'
import type { ReceivedEvent } from './stand-ins/event-bus.ts'
import { toEnv, type OnCall } from './stand-ins/identities.ts'
import type { Iot } from './stand-ins/iot.ts'

type Options = Omit<LocalOptions, 'demo'>
type Hooks = {
  readonly adminKey?: string
  /** Called with every event on the bus. */
  readonly onEvent?: (event: ReceivedEvent) => void
  /** Without it no one is notified by SNS. */
  readonly notify?: NotifyTopic
  /** Called with every AWS call, and the access key of the part that makes it. */
  readonly onCall?: OnCall
  /** Further environment variables of single parts. */
  readonly env?: Partial<Readonly<Record<Part, Env>>>
  /** Called with the reason when the data folder cannot be written, and with null when it can be written again. */
  readonly onStorage?: (problem: string | null) => void
  /** Called with the MQTT broker and the reason when it is not connected, and with null when it is. */
  readonly onBroker?: OnBroker
  /** Called when no more new ids may register themselves this hour. */
  readonly onUsedUp?: () => void
  /** Interval of the sweep; by default a minute, as on AWS. */
  readonly sweepEveryMs?: number
  /** How long the archive collects records; by default as on AWS. */
  readonly archiveWindowSeconds?: number
}

export type Embedded = {
  readonly tcpPort: number
  /** For programs on this machine. */
  readonly httpUrl: string
  /** For people, perhaps on another machine. */
  readonly consoleUrl: string
  readonly adminKey: string
  readonly gateway: GatewayProcess
  readonly ingest: Ingest
  /** Starts a second ingest that reads the same log from its beginning, as during a deployment of a new version. */
  readonly startIngest: (checkpoint: string) => Promise<Ingest>
  /** Starts a second gateway on its own port. */
  readonly startGateway: (env?: Env) => Promise<GatewayProcess>
  readonly iot: Iot
  /** Simulates a full disk: the data may grow by this many pages; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
  /** The access key that a part got at this start. */
  readonly credentialsOf: Services['credentialsOf']
  /** The endpoints of the stand-ins, as environment variables for the parts. */
  readonly env: Env
  readonly close: () => Promise<void>
}

const MINUTE_MS = 60_000

/**
 * The whole system on one machine: the same bundles as on AWS, against stand-ins that speak the AWS protocols. This
 * file contains none of our logic; it starts the parts and passes each part the addresses of the others.
 */
export const startEmbedded = (options: Options, log: Log, hooks: Hooks = {}): Promise<Embedded> =>
  openInOrder((onClose) => startParts(options, { log, hooks, onClose }))

type Start = { readonly log: Log; readonly hooks: Hooks; readonly onClose: OnClose }

async function startParts(
  options: Options,
  { log, hooks, onClose }: Start,
): Promise<Omit<Embedded, 'close'>> {
  onClose(createPrivately())
  const adminKey = hooks.adminKey ?? readAdminKey(options.dataDir)
  const hearers = hooks.onEvent ? [hooks.onEvent] : []
  const totals = createEmfTotals()
  const onError = (message: string, cause: unknown): void => log.error(message, { cause })

  const services = await startServices({
    dataDir: options.dataDir,
    onEvent: (event) => hearers.forEach((hear) => hear(event)),
    onCall: hooks.onCall,
    onStorage: (problem) => {
      log.error('the data folder', { problem: problem ?? 'can be written again' })
      hooks.onStorage?.(problem)
    },
    onError,
  })
  onClose(services.close)
  const envOf = createEnvOf(services, hooks)
  const onLine = (line: string): void => {
    totals.take(line)
    log.info('lambda', { line })
  }
  const parts: FunctionParts = { options, services, envOf, onLine, onClose, onError }
  const invokeControl = startControl(parts)
  hearers.push(startNotifier(parts, hooks.notify))
  startWebhooks(parts)
  startSweep(parts, {
    everyMs: hooks.sweepEveryMs ?? SWEEP_EVERY_MINUTES * MINUTE_MS,
    invoke: invokeControl,
  })
  const ingest = await startIngest(parts, 'ingest-checkpoint')
  if (options.archive === true)
    await startArchive(parts, hooks.archiveWindowSeconds ?? ARCHIVE_WINDOW_SECONDS)
  const startGateway = createGatewayStart(options, { log, hooks, onClose, envOf, onLine: totals.take })
  const gateway = await startGateway(options.tcpPort, {})
  const invokeApi = startApi(parts, { adminKey, trackerPort: gateway.tcpPort })
  const { insideUrl: httpUrl, consoleUrl } = await startHttpSide(options, {
    services,
    invoke: invokeApi,
    adminKey,
    totals,
    log,
    onBroker: hooks.onBroker,
    onClose,
    onError,
  })
  noteRunning(options, services, { httpUrl, consoleUrl, tcpPort: gateway.tcpPort })

  return {
    tcpPort: gateway.tcpPort,
    httpUrl,
    consoleUrl,
    adminKey,
    gateway,
    ingest,
    iot: services.iot,
    limitPages: services.limitPages,
    credentialsOf: services.credentialsOf,
    env: services.env,
    startIngest: (checkpoint) => startIngest(parts, checkpoint),
    startGateway: (env = {}) => startGateway(0, env),
  }
}

const createEnvOf = (services: Services, hooks: Hooks): ((part: Part) => Env) => {
  const { HOME } = process.env
  return (part) => ({
    // The SDK looks for the home folder, and the user of a container may have no other one.
    ...(HOME !== undefined && { HOME }),
    ...services.env,
    ...toEnv(services.credentialsOf(part)),
    ...hooks.env?.[part],
  })
}

const createGatewayStart =
  (
    options: Options,
    {
      log,
      hooks,
      onClose,
      envOf,
      onLine,
    }: Start & { readonly envOf: (part: Part) => Env; readonly onLine: (line: string) => void },
  ) =>
  async (tcpPort: number, env: Env): Promise<GatewayProcess> => {
    const started = await startGatewayProcess({
      bundle: bundleOf('gateway'),
      host: options.host,
      tcpPort,
      env: { ...gatewayEnv(options), ...envOf('gateway'), ...env },
      log,
      onLine: (line) => {
        onLine(line)
        if (line.includes(OPENINGS_USED_UP)) hooks.onUsedUp?.()
      },
    })
    onClose(started.close)
    return started
  }

const noteRunning = (
  { dataDir }: Options,
  { dynamoEndpoint, credentialsOf, publishEnv }: Services,
  addresses: Pick<Embedded, 'httpUrl' | 'consoleUrl' | 'tcpPort'>,
): void =>
  writeRunning(dataDir, {
    dynamoEndpoint,
    credentials: credentialsOf('tools'),
    telemetryTable: TELEMETRY_TABLE,
    fleetTable: FLEET_TABLE,
    publishEnv,
    ...addresses,
  })
