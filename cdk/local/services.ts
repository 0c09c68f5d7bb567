import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createArchiveFiles } from './archive-files.ts'
import { createTables } from './create-tables.ts'
import { makePrivate } from './private-files.ts'
import { startDynamo } from './stand-ins/dynamo.ts'
import { startEventBus, type ReceivedEvent } from './stand-ins/event-bus.ts'
import { startFirehose } from './stand-ins/firehose.ts'
import { ACCOUNT, REGION } from './stand-ins/iam-policy.ts'
import { createIdentities, type Credentials, type OnCall } from './stand-ins/identities.ts'
import { startIot, type Iot } from './stand-ins/iot.ts'
import { createStream, startKinesis, type Kinesis } from './stand-ins/kinesis.ts'
import { startSqs } from './stand-ins/sqs.ts'
import { startSts } from './stand-ins/sts.ts'

export const STAGE = 'local'
export const STREAM = `h02-${STAGE}-log`
export const TELEMETRY_TABLE = `h02-${STAGE}-telemetry`
export const FLEET_TABLE = `h02-${STAGE}-fleet`
export const WEBHOOK_QUEUE = `h02-${STAGE}-webhooks.fifo`
export const DELIVERY_STREAM = `h02-${STAGE}-archive`
/** The role of credentials for live views. */
const LIVE_ROLE = `arn:aws:iam::${ACCOUNT}:role/h02-${STAGE}-live`

/**
 * The parts that have an access key: one pair per part, as each part has its own role on AWS. `tools` are the command
 * line tools.
 */
const parts = [
  'gateway',
  'ingest',
  'archive',
  'control',
  'api',
  'notify',
  'webhooks',
  'admin',
  'tools',
] as const
export type Part = (typeof parts)[number]

export const accessKeyIdOf = (part: Part): string => `LOCAL${part.toUpperCase()}`
const SECRET_BYTES = 30

export type Services = {
  /** The endpoints of all services, as environment variables for the parts. */
  readonly env: Readonly<Record<string, string>>
  /** Those that publishing events needs. */
  readonly publishEnv: Readonly<Record<string, string>>
  readonly dynamoEndpoint: string
  /** The access key of a part. Its secret was generated at this start; the stand-ins accept nothing else. */
  readonly credentialsOf: (part: Part) => Credentials
  readonly kinesis: Kinesis
  readonly iot: Iot
  /** Simulates a full disk: the data may grow by this many pages; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
  readonly close: () => Promise<void>
}

/** The AWS services that the parts use, on this machine, with this installation's tables and log. */
export async function startServices({
  dataDir,
  onEvent,
  onCall,
  onStorage = () => {},
  onError,
}: {
  readonly dataDir: string
  readonly onEvent: (event: ReceivedEvent) => void
  /** Called with every AWS call and the access key of the part that makes it. */
  readonly onCall?: OnCall | undefined
  /** Called with the reason when the data folder cannot be written, and with null when it can be written again. */
  readonly onStorage?: ((problem: string | null) => void) | undefined
  readonly onError: (message: string, cause: unknown) => void
}): Promise<Services> {
  makePrivate(dataDir)
  const secrets: Readonly<Record<string, string>> = Object.fromEntries(
    parts.map((part) => [accessKeyIdOf(part), randomBytes(SECRET_BYTES).toString('base64')]),
  )
  const identities = createIdentities(secrets)
  const credentialsOf = (part: Part): Credentials => {
    const accessKeyId = accessKeyIdOf(part)
    return { accessKeyId, secretAccessKey: secrets[accessKeyId]! }
  }
  /** The databases that cannot be written at the moment; all are in the same folder. */
  const failing = new Set<string>()
  const watch =
    (which: string) =>
    (problem: string | null): void => {
      const were = failing.size
      if (problem === null) failing.delete(which)
      else failing.add(which)
      if (were === 0 && problem !== null) onStorage(problem)
      if (were > 0 && failing.size === 0) onStorage(null)
    }
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne()
  }
  try {
    const dynamo = await startDynamo({
      path: join(dataDir, 'dynamo'),
      identities,
      onCall,
      onStorage: watch('tables'),
      onError,
    })
    opened.push(dynamo.close)
    const kinesis = await startKinesis({
      path: join(dataDir, 'kinesis'),
      identities,
      onCall,
      onStorage: watch('log'),
      onError,
    })
    opened.push(kinesis.close)
    const admin = new DynamoDBClient({
      endpoint: dynamo.endpoint,
      region: REGION,
      credentials: credentialsOf('admin'),
    })
    await createTables(admin, { telemetry: TELEMETRY_TABLE, fleet: FLEET_TABLE })
    admin.destroy()
    await createStream(kinesis.endpoint, STREAM, { credentials: credentialsOf('admin') })
    const bus = await startEventBus({ onEvent, identities, onCall })
    opened.push(bus.close)
    const iot = await startIot({
      identities,
      ...(onCall && { onCall }),
      onError,
    })
    opened.push(iot.close)
    const firehose = await startFirehose({
      write: createArchiveFiles(join(dataDir, 'archive')),
      identities,
      onCall,
      onError,
    })
    opened.push(firehose.close)
    const sqs = await startSqs({
      path: join(dataDir, 'sqs'),
      // The dead-letter queue of AWS has no one here who would look at it: events go on being tried.
      queues: { [WEBHOOK_QUEUE]: { visibilitySeconds: 60, retentionSeconds: 14 * 86_400, redrive: null } },
      identities,
      onCall,
      onStorage: watch('queue'),
      onError,
    })
    opened.push(sqs.close)
    const sts = await startSts({ identities, ...(onCall && { onCall }) })
    opened.push(sts.close)
    const publishEnv = {
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      EVENT_BUS: `h02-${STAGE}`,
      WEBHOOK_QUEUE: sqs.urlOf(WEBHOOK_QUEUE),
    }
    return {
      publishEnv,
      env: {
        ...publishEnv,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
        AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot.endpoint,
        AWS_ENDPOINT_URL_STS: sts.endpoint,
        AWS_ENDPOINT_URL_FIREHOSE: firehose.endpoint,
        IOT_ENDPOINT: iot.mqttEndpoint,
        LIVE_ROLE_ARN: LIVE_ROLE,
        STAGE: STAGE,
        DELIVERY_STREAM: DELIVERY_STREAM,
        TELEMETRY_TABLE: TELEMETRY_TABLE,
        FLEET_TABLE: FLEET_TABLE,
      },
      dynamoEndpoint: dynamo.endpoint,
      credentialsOf,
      kinesis,
      iot,
      limitPages: (pages) => {
        dynamo.limitPages(pages)
        kinesis.limitPages(pages)
        sqs.limitPages(pages)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
