import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Log } from '#shared/log.ts'
import type { EntryName } from '../entries.ts'
import { readAdminKey } from './admin-key.ts'
import { createTables } from './create-tables.ts'
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts'
import type { LocalOptions } from './options.ts'
import { writeRunning } from './running.ts'
import { startDynamo } from './stand-ins/dynamo.ts'
import { startEventBus, type ReceivedEvent } from './stand-ins/event-bus.ts'
import { startEventSource } from './stand-ins/event-source.ts'
import { startHttpFront } from './stand-ins/http-front.ts'
import { createRule } from './stand-ins/rule.ts'
import { startSchedule } from './stand-ins/schedule.ts'
import { startKinesis } from './stand-ins/kinesis.ts'
import { createStream } from './stand-ins/kinesis.ts'
import { createLambda } from './stand-ins/lambda.ts'

type Hooks = {
  readonly adminKey?: string
  /** Told of every event on the bus. */
  readonly onEvent?: (event: ReceivedEvent) => void
  /** Where people are told of events: a topic, and who speaks SNS for it. Without it nobody is. */
  readonly notify?: { readonly topicArn: string; readonly endpoint: string }
}

export type Embedded = {
  readonly tcpPort: number
  readonly httpUrl: string
  readonly adminKey: string
  readonly gateway: GatewayProcess
  readonly close: () => Promise<void>
}

const stage = 'local'
const stream = `h02-${stage}-log`
const telemetryTable = `h02-${stage}-telemetry`
const fleetTable = `h02-${stage}-fleet`
const retentionDays = 365
const minuteMs = 60_000

const bundleOf = (name: EntryName): string => join(import.meta.dirname, `../../.build/${name}/index.mjs`)

/** Fake credentials, one pair per part, as each part has its own role on AWS. */
const credentialsOf = (part: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: `LOCAL${part.toUpperCase()}`,
  AWS_SECRET_ACCESS_KEY: 'local',
})

/**
 * The whole system on one machine: the bundles that AWS runs, against stand-ins that speak the AWS protocols.
 * Nothing here knows how anything of ours works; it only starts parts and tells them where the others are.
 */
export async function startEmbedded(
  options: Omit<LocalOptions, 'demo'>,
  log: Log,
  { adminKey = readAdminKey(options.dataDir), onEvent = () => {}, notify }: Hooks = {},
): Promise<Embedded> {
  const { dataDir } = options
  mkdirSync(dataDir, { recursive: true })
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne()
  }
  try {
    const dynamo = await startDynamo({ path: join(dataDir, 'dynamo') })
    opened.push(dynamo.close)
    const kinesis = await startKinesis({ path: join(dataDir, 'kinesis') })
    opened.push(kinesis.close)
    const admin = new DynamoDBClient({
      endpoint: dynamo.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'LOCALADMIN', secretAccessKey: 'local' },
    })
    await createTables(admin, { telemetry: telemetryTable, fleet: fleetTable })
    admin.destroy()
    await createStream(kinesis.endpoint, stream)

    const hearers = [onEvent]
    const bus = await startEventBus((event) => hearers.forEach((hear) => hear(event)))
    opened.push(bus.close)
    const endpoints = {
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      EVENT_BUS: `h02-${stage}`,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      STAGE: stage,
      TELEMETRY_TABLE: telemetryTable,
      FLEET_TABLE: fleetTable,
    }
    const onLog = (line: string): void => log.info('lambda', { line })
    const ingest = createLambda({
      name: 'ingest',
      file: bundleOf('ingest'),
      env: { ...endpoints, ...credentialsOf('ingest'), RETENTION_DAYS: String(retentionDays) },
      concurrency: 1,
      timeoutMs: 60_000,
      onLog,
    })
    opened.push(ingest.close)
    const api = createLambda({
      name: 'api',
      file: bundleOf('api'),
      env: { ...endpoints, ...credentialsOf('api'), ADMIN_KEY: adminKey },
      concurrency: 8,
      timeoutMs: 30_000,
      onLog,
    })
    opened.push(api.close)
    const control = createLambda({
      name: 'control',
      file: bundleOf('control'),
      env: { ...endpoints, ...credentialsOf('control') },
      concurrency: 1,
      timeoutMs: 60_000,
      onLog,
    })
    opened.push(control.close)
    const notifier = createLambda({
      name: 'notify',
      file: bundleOf('notify'),
      env: {
        ...endpoints,
        ...credentialsOf('notify'),
        ...(notify && { NOTIFY_TOPIC_ARN: notify.topicArn, AWS_ENDPOINT_URL_SNS: notify.endpoint }),
      },
      concurrency: 1,
      timeoutMs: 30_000,
      onLog,
    })
    opened.push(notifier.close)
    const rule = createRule({
      invoke: notifier.invoke,
      onError: (cause) => log.error('notifier failed', { cause }),
    })
    opened.push(rule.stop)
    hearers.push(rule.onEvent)
    const schedule = startSchedule(minuteMs, control.invoke, (cause) => log.error('sweep failed', { cause }))
    opened.push(schedule.stop)
    const source = await startEventSource({
      endpoint: kinesis.endpoint,
      stream,
      invoke: ingest.invoke,
      windowSeconds: options.batchWindowSeconds,
      onError: (message, cause) => log.error(message, { cause }),
      checkpointFile: join(dataDir, 'ingest-checkpoint.json'),
    })
    opened.push(source.stop)
    const gateway = await startGatewayProcess({
      bundle: bundleOf('gateway'),
      host: options.host,
      tcpPort: options.tcpPort,
      env: {
        ...endpoints,
        ...credentialsOf('gateway'),
        LOG_STREAM: stream,
        REGISTRATION: 'open',
        BATCH_WINDOW_SECONDS: String(options.batchWindowSeconds),
        // Simulated fleets come from one address, and nobody balances load here.
        MAX_CONNECTIONS_PER_ADDRESS: '100000',
        DRAIN_ACCEPT_SECONDS: '0',
        DRAIN_CLOSED_BY_SECONDS: '0',
        DRAIN_GONE_BY_SECONDS: '20',
      },
      log,
    })
    opened.push(gateway.close)
    const http = await startHttpFront({ host: '127.0.0.1', port: options.httpPort, invoke: api.invoke })
    opened.push(http.close)
    writeRunning(dataDir, {
      dynamoEndpoint: dynamo.endpoint,
      telemetryTable,
      fleetTable,
      httpUrl: http.url,
      tcpPort: gateway.tcpPort,
    })
    return { tcpPort: gateway.tcpPort, httpUrl: http.url, adminKey, gateway, close }
  } catch (error) {
    await close()
    throw error
  }
}
