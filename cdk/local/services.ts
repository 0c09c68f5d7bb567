import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createArchiveFiles } from './archive-files.ts'
import { createTables } from './create-tables.ts'
import { openInOrder, type OnClose } from './open-in-order.ts'
import { makePrivate } from './private-files.ts'
import { startDynamo } from './stand-ins/dynamo.ts'
import { startEventBus, type ReceivedEvent } from './stand-ins/event-bus.ts'
import { startFirehose } from './stand-ins/firehose.ts'
import { ACCOUNT, REGION } from './stand-ins/iam-policy.ts'
import { createIdentities, type Credentials, type Identities, type OnCall } from './stand-ins/identities.ts'
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
  /** The endpoints for publishing events. */
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

type ServicesOptions = {
  readonly dataDir: string
  readonly onEvent: (event: ReceivedEvent) => void
  /** Called with every AWS call and the access key of the part that makes it. */
  readonly onCall?: OnCall | undefined
  /** Called with the reason when the data folder cannot be written, and with null when it can be written again. */
  readonly onStorage?: ((problem: string | null) => void) | undefined
  readonly onError: (message: string, cause: unknown) => void
}

/** The AWS services that the parts use, on this machine, with this installation's tables and log. */
export function startServices(options: ServicesOptions): Promise<Services> {
  const { dataDir, onEvent, onCall, onError } = options
  makePrivate(dataDir)
  const { identities, credentialsOf } = createAccessKeys()
  return openInOrder(async (onClose) => {
    const { dynamo, kinesis, sqs } = await startDatabases(options, identities, onClose)
    await createContents({ dynamo, kinesis, credentials: credentialsOf('admin') })
    const bus = await startEventBus({ onEvent, identities, onCall })
    onClose(bus.close)
    const iot = await startIot({ identities, ...(onCall && { onCall }), onError })
    onClose(iot.close)
    const firehose = await startFirehose({
      write: createArchiveFiles(join(dataDir, 'archive')),
      identities,
      onCall,
      onError,
    })
    onClose(firehose.close)
    const sts = await startSts({ identities, ...(onCall && { onCall }) })
    onClose(sts.close)
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
        STAGE,
        DELIVERY_STREAM,
        TELEMETRY_TABLE,
        FLEET_TABLE,
      },
      dynamoEndpoint: dynamo.endpoint,
      credentialsOf,
      kinesis,
      iot,
      limitPages: (pages) => {
        for (const database of [dynamo, kinesis, sqs]) database.limitPages(pages)
      },
    }
  })
}

/** One access key per part, with a secret that is new at each start. */
function createAccessKeys(): {
  readonly identities: Identities
  readonly credentialsOf: Services['credentialsOf']
} {
  const secrets: Readonly<Record<string, string>> = Object.fromEntries(
    parts.map((part) => [accessKeyIdOf(part), randomBytes(SECRET_BYTES).toString('base64')]),
  )
  return {
    identities: createIdentities(secrets),
    credentialsOf: (part) => {
      const accessKeyId = accessKeyIdOf(part)
      return { accessKeyId, secretAccessKey: secrets[accessKeyId]! }
    },
  }
}

/** The services that store in the data folder. */
async function startDatabases(
  { dataDir, onCall, onStorage = () => {}, onError }: ServicesOptions,
  identities: Identities,
  onClose: OnClose,
) {
  const watch = createStorageWatch(onStorage)
  const common = { identities, onCall, onError }
  const dynamo = await startDynamo({
    ...common,
    path: join(dataDir, 'dynamo'),
    onStorage: watch('tables'),
  })
  onClose(dynamo.close)
  const kinesis = await startKinesis({ ...common, path: join(dataDir, 'kinesis'), onStorage: watch('log') })
  onClose(kinesis.close)
  const sqs = await startSqs({
    ...common,
    path: join(dataDir, 'sqs'),
    // There is no dead-letter queue as on AWS, because no one would read it here: events are retried.
    queues: { [WEBHOOK_QUEUE]: { visibilitySeconds: 60, retentionSeconds: 14 * 86_400, redrive: null } },
    onStorage: watch('queue'),
  })
  onClose(sqs.close)
  return { dynamo, kinesis, sqs }
}

/** Reports when the first database cannot be written, and when all can be written again, because all are in the same folder. */
function createStorageWatch(
  onStorage: (problem: string | null) => void,
): (which: string) => (problem: string | null) => void {
  const failing = new Set<string>()
  return (which) => (problem) => {
    const were = failing.size
    if (problem === null) failing.delete(which)
    else failing.add(which)
    if (were === 0 && problem !== null) onStorage(problem)
    if (were > 0 && failing.size === 0) onStorage(null)
  }
}

async function createContents({
  dynamo,
  kinesis,
  credentials,
}: {
  readonly dynamo: { readonly endpoint: string }
  readonly kinesis: { readonly endpoint: string }
  readonly credentials: Credentials
}): Promise<void> {
  const admin = new DynamoDBClient({ endpoint: dynamo.endpoint, region: REGION, credentials })
  await createTables(admin, { telemetry: TELEMETRY_TABLE, fleet: FLEET_TABLE })
  admin.destroy()
  await createStream(kinesis.endpoint, STREAM, { credentials })
}
