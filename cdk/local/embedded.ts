import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { monotonicNow } from '#shared/clock.ts'
import { topicsOf } from '#shared/domain/topics.ts'
import { createUnregisteredStore, OPENINGS_USED_UP } from '#shared/store/unregistered.ts'
import type { Log } from '#shared/log.ts'
import type { FleetTable } from '#shared/store/fleet-list.ts'
import type { EntryName } from '../build/entries.ts'
import { ARCHIVE_WINDOW_SECONDS, SWEEP_EVERY_MINUTES } from '../schedules.ts'
import { readAdminKey } from './admin-key.ts'
import { createEmfTotals } from './metrics/emf-totals.ts'
import { createMetricsPage } from './metrics/metrics-page.ts'
import { startMqttOut } from './mqtt-out.ts'
import { startHttpListeners, type HttpListeners } from './http-listeners.ts'
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts'
import { isUrl, mapUrlOf, serveMapFile } from './map-file.ts'
import type { LocalOptions } from './options.ts'
import { commandEnv, gatewayEnv, relayEnv } from './part-env.ts'
import { pathOf } from './paths.ts'
import { createPrivately } from './private-files.ts'
import { writeRunning } from './running.ts'
import {
  FLEET_TABLE,
  STAGE,
  startServices,
  STREAM,
  TELEMETRY_TABLE,
  type Part,
  type Services,
} from './services.ts'
import type { ReceivedEvent } from './stand-ins/event-bus.ts'
import { startEventSource } from './stand-ins/event-source.ts'
import { startQueueSource } from './stand-ins/queue-source.ts'
import { createRule } from './stand-ins/rule.ts'
import { toEnv, type OnCall } from './stand-ins/identities.ts'
import type { Iot } from './stand-ins/iot.ts'
import type { Beside } from './stand-ins/http-front.ts'
import { createLambda, type LambdaFunction } from './stand-ins/lambda.ts'
import { startSchedule } from './stand-ins/schedule.ts'
import { REGION } from './stand-ins/iam-policy.ts'
import { createTraccarApi } from './traccar/traccar-api.ts'
import { createWrongPort } from './wrong-port.ts'

type Env = Readonly<Record<string, string>>
type Hooks = {
  readonly adminKey?: string
  /** Called with every event on the bus. */
  readonly onEvent?: (event: ReceivedEvent) => void
  /** The SNS topic for notifications of events, and its endpoint. Without it no one is notified. */
  readonly notify?: { readonly topicArn: string; readonly endpoint: string }
  /** Called with every AWS call, and the access key of the part that makes it. */
  readonly onCall?: OnCall
  /** Further environment variables of single parts. */
  readonly env?: Partial<Readonly<Record<Part, Env>>>
  /** Called with the reason when the data folder cannot be written, and with null when it can be written again. */
  readonly onStorage?: (problem: string | null) => void
  /** Called with the reason when the MQTT broker is not connected, and with null when it is. */
  readonly onBroker?: (problem: string | null) => void
  /** Called when no more new ids may register themselves this hour. */
  readonly onUsedUp?: () => void
  /** Interval of the sweep; by default a minute, as on AWS. */
  readonly sweepEveryMs?: number
  /** How long the archive collects records; by default as on AWS. */
  readonly archiveWindowSeconds?: number
}

export type Ingest = Pick<LambdaFunction, 'kill'> & {
  /** True if its last read of the log found nothing to process. */
  readonly hasCaughtUp: () => boolean
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

const RETENTION_DAYS = 365
const API_CONCURRENCY = 10
/** Batches that one thread delivers at once: they mostly wait for answers. */
const WEBHOOK_CONCURRENCY = 20
const MINUTE_MS = 60_000

const bundleOf = (name: EntryName): string => pathOf(`.build/${name}/index.mjs`)

/**
 * The whole system on one machine: the same bundles as on AWS, against stand-ins that speak the AWS protocols. This
 * file contains none of our logic; it starts the parts and gives them each other's addresses.
 */
export async function startEmbedded(
  options: Omit<LocalOptions, 'demo'>,
  log: Log,
  hooks: Hooks = {},
): Promise<Embedded> {
  const { dataDir } = options
  const webhookTargets = options.webhookPrivate === true ? 'any' : 'public'
  const undoMask = createPrivately()
  const adminKey = hooks.adminKey ?? readAdminKey(dataDir)
  const onError = (message: string, cause: unknown): void => log.error(message, { cause })
  const hearers = hooks.onEvent ? [hooks.onEvent] : []
  const totals = createEmfTotals()
  const opened: (() => Promise<void>)[] = [async () => undoMask()]
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne()
  }
  try {
    const services = await startServices({
      dataDir,
      onEvent: (event) => hearers.forEach((hear) => hear(event)),
      onCall: hooks.onCall,
      onStorage: (problem) => {
        log.error('the data folder', { problem: problem ?? 'can be written again' })
        hooks.onStorage?.(problem)
      },
      onError,
    })
    opened.push(services.close)
    const { HOME } = process.env
    const envOf = (part: Part): Env => ({
      // The SDK looks for it, and a user of a container may have none but this.
      ...(HOME !== undefined && { HOME }),
      ...services.env,
      ...toEnv(services.credentialsOf(part)),
      ...hooks.env?.[part],
    })
    const startFunction = (
      name: 'ingest' | 'archive' | 'control' | 'api' | 'notify' | 'webhooks',
      more: {
        readonly env?: Env
        readonly concurrency: number
        readonly eventsPerThread?: number
        readonly timeoutMs: number
        readonly maxWaitMs?: number
      },
    ) => {
      const started = createLambda({
        name,
        file: bundleOf(name),
        ...more,
        env: { ...more.env, ...envOf(name) },
        onLog: (line) => {
          totals.take(line)
          log.info('lambda', { line })
        },
      })
      opened.push(started.close)
      return started
    }
    const startApi = () =>
      startFunction('api', {
        env: {
          ADMIN_KEY: adminKey,
          ENGINE_COMMANDS: options.engine === true ? 'on' : 'off',
          ...relayEnv(options),
          API_CONCURRENCY: String(API_CONCURRENCY),
          STREAM_FILES: 'on',
          LIVE_THROUGH_API: 'on',
          ...(options.map !== undefined && { MAP_STYLE_URL: mapUrlOf(options.map) }),
          WEBHOOK_TARGETS: webhookTargets,
          RETENTION_DAYS: String(RETENTION_DAYS),
          ...commandEnv,
        },
        concurrency: API_CONCURRENCY,
        eventsPerThread: API_CONCURRENCY,
        timeoutMs: 30_000,
        maxWaitMs: 20_000,
      })
    const api = startApi()
    // Health checks must not wait behind other requests; on AWS another instance would answer.
    const healthApi = startApi()
    // Reports of gateways arrive while the sweep runs.
    const control = startFunction('control', {
      env: { ...commandEnv, SILENT_HOURS: '24', RETENTION_DAYS: String(RETENTION_DAYS) },
      concurrency: 4,
      eventsPerThread: 4,
      timeoutMs: 60_000,
    })
    const upRule = services.iot.rule(topicsOf(STAGE).upFilter, control.invoke)
    opened.push(upRule.stop)
    const { notify } = hooks
    const notifier = startFunction('notify', {
      env: {
        ...(notify && { NOTIFY_TOPIC_ARN: notify.topicArn, AWS_ENDPOINT_URL_SNS: notify.endpoint }),
        ...(options.notify && { NOTIFY_TARGETS: options.notify.join(' ') }),
      },
      concurrency: 1,
      timeoutMs: 30_000,
    })
    const eventRule = createRule({
      invoke: notifier.invoke,
      onError: (cause) => onError('notifier failed', cause),
    })
    opened.push(eventRule.stop)
    hearers.push(eventRule.onEvent)
    const webhooks = startFunction('webhooks', {
      env: {
        RETENTION_DAYS: String(RETENTION_DAYS),
        WEBHOOK_TARGETS: webhookTargets,
      },
      concurrency: WEBHOOK_CONCURRENCY,
      eventsPerThread: WEBHOOK_CONCURRENCY,
      timeoutMs: 45_000,
    })
    const deliveries = startQueueSource({
      endpoint: services.env.AWS_ENDPOINT_URL_SQS!,
      queueUrl: services.env.WEBHOOK_QUEUE!,
      invoke: webhooks.invoke,
      credentials: services.credentialsOf('webhooks'),
      concurrency: WEBHOOK_CONCURRENCY,
      onError,
    })
    opened.push(deliveries.stop)
    const schedule = startSchedule(
      hooks.sweepEveryMs ?? SWEEP_EVERY_MINUTES * MINUTE_MS,
      control.invoke,
      (cause) => onError('sweep failed', cause),
    )
    opened.push(schedule.stop)
    /** Starts a function that reads the log, from the beginning or from its last checkpoint. */
    const startReader = async (
      name: 'ingest' | 'archive',
      { env = {}, windowSeconds, checkpoint }: { env?: Env; windowSeconds: number; checkpoint: string },
    ): Promise<Ingest> => {
      const reader = startFunction(name, { env, concurrency: 1, timeoutMs: 60_000 })
      const source = await startEventSource({
        endpoint: services.kinesis.endpoint,
        stream: STREAM,
        invoke: reader.invoke,
        credentials: services.credentialsOf(name),
        windowSeconds,
        onNews: services.kinesis.onNews,
        onError,
        checkpointFile: join(dataDir, `${checkpoint}.json`),
      })
      opened.push(source.stop)
      return { kill: reader.kill, hasCaughtUp: () => source.lag().caughtUp }
    }
    const startIngest = (checkpoint: string): Promise<Ingest> =>
      startReader('ingest', {
        env: { RETENTION_DAYS: String(RETENTION_DAYS) },
        windowSeconds: options.batchWindowSeconds,
        checkpoint,
      })
    const ingest = await startIngest('ingest-checkpoint')
    if (options.archive === true) {
      const windowSeconds = hooks.archiveWindowSeconds ?? ARCHIVE_WINDOW_SECONDS
      await startReader('archive', { windowSeconds, checkpoint: 'archive-checkpoint' })
    }
    const startGateway = async (tcpPort: number, env: Env): Promise<GatewayProcess> => {
      const started = await startGatewayProcess({
        bundle: bundleOf('gateway'),
        host: options.host,
        tcpPort,
        env: { ...gatewayEnv(options), ...envOf('gateway'), ...env },
        log,
        onLine: (line) => {
          totals.take(line)
          if (line.includes(OPENINGS_USED_UP)) hooks.onUsedUp?.()
        },
      })
      opened.push(started.close)
      return started
    }
    const gateway = await startGateway(options.tcpPort, {})
    const fleet = openFleet(services)
    opened.push(async () => fleet.client.destroy())
    const { noteStray } = createUnregisteredStore(fleet, { onOpeningsUsedUp: () => {}, now: Date.now })
    const metricsPage = createMetricsPage({ totals, httpUrl: () => http.insideUrl })
    const { publicUrl } = options
    const traccar =
      options.traccarApi === true
        ? createTraccarApi({ httpUrl: () => http.insideUrl, publicUrl, onError })
        : null
    const http: HttpListeners = await startHttpListeners(options, {
      beside: firstOf([
        (request) => (pathOfUrl(request.url) === '/metrics' ? metricsPage(request) : null),
        options.map !== undefined && !isUrl(options.map) ? serveMapFile(options.map) : null,
        traccar?.beside ?? null,
      ]),
      invoke: (event) => (rawPathOf(event) === '/healthz' ? healthApi : api).invoke(event),
      upgrades: { '/mqtt': services.iot.accept, ...traccar?.upgrades },
      onNoHttp: createWrongPort({ noteStray, log, monotonic: monotonicNow }),
      onError,
    })
    opened.push(http.close)
    if (traccar !== null) opened.push(traccar.close)
    if (options.mqtt !== undefined) {
      const mqtt = await startMqttOut(options.mqtt, {
        httpUrl: http.insideUrl,
        adminKey,
        onBroker: (problem) => {
          log.warn('the MQTT broker', { problem: problem ?? 'is connected' })
          hooks.onBroker?.(problem)
        },
        onError,
      })
      opened.push(mqtt.close)
    }
    const { tcpPort } = gateway
    writeRunning(dataDir, {
      dynamoEndpoint: services.dynamoEndpoint,
      credentials: services.credentialsOf('tools'),
      telemetryTable: TELEMETRY_TABLE,
      fleetTable: FLEET_TABLE,
      publishEnv: services.publishEnv,
      httpUrl: http.insideUrl,
      consoleUrl: http.consoleUrl,
      tcpPort,
    })
    return {
      tcpPort,
      httpUrl: http.insideUrl,
      consoleUrl: http.consoleUrl,
      adminKey,
      gateway,
      ingest,
      startIngest,
      startGateway: (env = {}) => startGateway(0, env),
      iot: services.iot,
      limitPages: services.limitPages,
      credentialsOf: services.credentialsOf,
      env: services.env,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The fleet's table, as the tools reach it. */
const openFleet = ({ dynamoEndpoint, credentialsOf }: Services): FleetTable => ({
  client: DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamoEndpoint, region: REGION, credentials: credentialsOf('tools') }),
  ),
  table: FLEET_TABLE,
})

/** The answer of the first that has one; those that are not wanted are null. */
const firstOf =
  (besides: readonly (Beside | null)[]): Beside =>
  (request, from) => {
    for (const beside of besides) {
      const answered = beside?.(request, from) ?? null
      if (answered !== null) return answered
    }
    return null
  }

const pathOfUrl = (url: string): string => url.split('?', 1)[0] ?? ''

const rawPathOf = (event: unknown): unknown => (event as { readonly rawPath?: unknown }).rawPath
