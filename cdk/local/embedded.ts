import { join } from 'node:path'
import { topicsOf } from '#shared/domain/topics.ts'
import { OPENINGS_USED_UP } from '#shared/store/unregistered.ts'
import type { Log } from '#shared/log.ts'
import type { EntryName } from '../build/entries.ts'
import { ARCHIVE_WINDOW_SECONDS, SWEEP_EVERY_MINUTES } from '../schedules.ts'
import { readAdminKey } from './admin-key.ts'
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts'
import type { LocalOptions } from './options.ts'
import { pathOf } from './paths.ts'
import { createPrivately } from './private-files.ts'
import { writeRunning } from './running.ts'
import {
  FLEET_TABLE,
  STAGE,
  startServices,
  STREAM,
  TELEMETRY_TABLE,
  toEnv,
  type Part,
  type Services,
} from './services.ts'
import { ownOrigins } from './stand-ins/door.ts'
import type { ReceivedEvent } from './stand-ins/event-bus.ts'
import { startEventSource } from './stand-ins/event-source.ts'
import { startHttpFront } from './stand-ins/http-front.ts'
import { createRule } from './stand-ins/rule.ts'
import type { OnCall } from './stand-ins/identities.ts'
import type { Iot } from './stand-ins/iot.ts'
import { createLambda, type LambdaFunction } from './stand-ins/lambda.ts'
import { startSchedule } from './stand-ins/schedule.ts'

type Env = Readonly<Record<string, string>>
type Hooks = {
  readonly adminKey?: string
  /** Called with every event on the bus. */
  readonly onEvent?: (event: ReceivedEvent) => void
  /** Where people are notified of events: a topic, and the endpoint of its SNS. Without it no one is notified. */
  readonly notify?: { readonly topicArn: string; readonly endpoint: string }
  /** Called with every AWS call, and the access key of the part that makes it. */
  readonly onCall?: OnCall
  /** More of the environment of single parts. */
  readonly env?: Partial<Readonly<Record<Part, Env>>>
  /** Receives why the data folder cannot be written, and null when it can be again. */
  readonly onStorage?: (problem: string | null) => void
  /** Called when no more new ids may register themselves this hour. */
  readonly onUsedUp?: () => void
  /** How often control sweeps; a minute if not given, as on AWS. */
  readonly sweepEveryMs?: number
  /** How long the archive gathers records; as on AWS if not given. */
  readonly archiveWindowSeconds?: number
}

export type Ingest = Pick<LambdaFunction, 'kill'> & {
  /** Whether its last look at the log found nothing more to handle. */
  readonly hasCaughtUp: () => boolean
}

export type Embedded = {
  readonly tcpPort: number
  readonly httpUrl: string
  readonly adminKey: string
  readonly gateway: GatewayProcess
  readonly ingest: Ingest
  /** Another ingest that reads the same log, from its beginning: as two versions do while one takes over. */
  readonly startIngest: (checkpoint: string) => Promise<Ingest>
  /** Another gateway, on a port of its own. */
  readonly startGateway: (env?: Env) => Promise<GatewayProcess>
  readonly iot: Iot
  /** What a full disk would do: the data may grow by so many pages more; null: without limit. For tests. */
  readonly limitPages: (pages: number | null) => void
  /** The key of a part, of this start. */
  readonly credentialsOf: Services['credentialsOf']
  /** Where the stand-ins are, as the parts read it from their environment. */
  readonly env: Env
  readonly close: () => Promise<void>
}

const RETENTION_DAYS = 365
const API_CONCURRENCY = 10
const MINUTE_MS = 60_000

const bundleOf = (name: EntryName): string => pathOf(`.build/${name}/index.mjs`)

/**
 * The whole system on one machine: the bundles that AWS runs, against stand-ins that speak the AWS protocols.
 * Nothing here knows how anything of ours works; it only starts parts and gives them the addresses of the others.
 */
export async function startEmbedded(
  options: Omit<LocalOptions, 'demo'>,
  log: Log,
  hooks: Hooks = {},
): Promise<Embedded> {
  const { dataDir, httpOrigins = [] } = options
  const undoMask = createPrivately()
  /** Of the console; known once the API listens. */
  let consoleOrigins: readonly string[] = []
  const adminKey = hooks.adminKey ?? readAdminKey(dataDir)
  const onError = (message: string, cause: unknown): void => log.error(message, { cause })
  const hearers = hooks.onEvent ? [hooks.onEvent] : []
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
      allowsOrigin: (origin) => consoleOrigins.includes(origin),
    })
    opened.push(services.close)
    const envOf = (part: Part): Env => ({
      ...services.env,
      ...toEnv(services.credentialsOf(part)),
      ...hooks.env?.[part],
    })
    const startFunction = (
      name: 'ingest' | 'archive' | 'control' | 'api' | 'notify',
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
        onLog: (line) => log.info('lambda', { line }),
      })
      opened.push(started.close)
      return started
    }
    const startApi = () =>
      startFunction('api', {
        env: {
          ADMIN_KEY: adminKey,
          ENGINE_COMMANDS: options.engine === true ? 'on' : 'off',
          API_CONCURRENCY: String(API_CONCURRENCY),
          STREAM_FILES: 'on',
          RETENTION_DAYS: String(RETENTION_DAYS),
          ...commandEnv,
        },
        concurrency: API_CONCURRENCY,
        eventsPerThread: API_CONCURRENCY,
        timeoutMs: 30_000,
        maxWaitMs: 20_000,
      })
    const api = startApi()
    // Whoever asks whether it lives must not wait behind all that waits: on AWS another instance answers.
    const healthApi = startApi()
    // Reports of gateways come while it sweeps.
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
      ...(notify && { env: { NOTIFY_TOPIC_ARN: notify.topicArn, AWS_ENDPOINT_URL_SNS: notify.endpoint } }),
      concurrency: 1,
      timeoutMs: 30_000,
    })
    const eventRule = createRule({
      invoke: notifier.invoke,
      onError: (cause) => onError('notifier failed', cause),
    })
    opened.push(eventRule.stop)
    hearers.push(eventRule.onEvent)
    const schedule = startSchedule(
      hooks.sweepEveryMs ?? SWEEP_EVERY_MINUTES * MINUTE_MS,
      control.invoke,
      (cause) => onError('sweep failed', cause),
    )
    opened.push(schedule.stop)
    /** A function that reads the log from its beginning, and from where it was at the last start. */
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
          if (line.includes(OPENINGS_USED_UP)) hooks.onUsedUp?.()
        },
      })
      opened.push(started.close)
      return started
    }
    const gateway = await startGateway(options.tcpPort, {})
    const http = await startHttpFront({
      host: '127.0.0.1',
      port: options.httpPort,
      invoke: (event) => (rawPathOf(event) === '/healthz' ? healthApi : api).invoke(event),
      alsoOrigins: httpOrigins,
    })
    opened.push(http.close)
    consoleOrigins = [...ownOrigins(Number(new URL(http.url).port)), ...httpOrigins]
    const { tcpPort } = gateway
    writeRunning(dataDir, {
      dynamoEndpoint: services.dynamoEndpoint,
      credentials: services.credentialsOf('tools'),
      telemetryTable: TELEMETRY_TABLE,
      fleetTable: FLEET_TABLE,
      httpUrl: http.url,
      tcpPort,
    })
    return {
      tcpPort,
      httpUrl: http.url,
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

/** Of the functions that move commands along. The SDK finds the IoT data plane by itself. */
const commandEnv: Env = { COMMAND_DELIVERY: 'direct' }

const rawPathOf = (event: unknown): unknown => (event as { readonly rawPath?: unknown }).rawPath

const gatewayEnv = ({
  batchWindowSeconds,
  publicAddress,
  registration = 'open',
}: Pick<LocalOptions, 'batchWindowSeconds' | 'publicAddress' | 'registration'>): Env => ({
  ...(publicAddress !== undefined && { PUBLIC_ADDRESSES: publicAddress }),
  LOG_STREAM: STREAM,
  REGISTRATION: registration,
  BATCH_WINDOW_SECONDS: String(batchWindowSeconds),
  // Simulated fleets come from one address, and no one balances load here.
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
  DRAIN_ACCEPT_SECONDS: '0',
  DRAIN_CLOSED_BY_SECONDS: '0',
  DRAIN_GONE_BY_SECONDS: '20',
})
