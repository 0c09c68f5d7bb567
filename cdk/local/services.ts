import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTables } from './create-tables.ts'
import { startDynamo } from './stand-ins/dynamo.ts'
import { startEventBus, type ReceivedEvent } from './stand-ins/event-bus.ts'
import { account, region } from './stand-ins/iam-policy.ts'
import { createIdentities, type OnCall } from './stand-ins/identities.ts'
import { startIot, type Iot } from './stand-ins/iot.ts'
import { createStream, startKinesis, type Kinesis } from './stand-ins/kinesis.ts'
import { startSts } from './stand-ins/sts.ts'

export const stage = 'local'
export const stream = `h02-${stage}-log`
export const telemetryTable = `h02-${stage}-telemetry`
export const fleetTable = `h02-${stage}-fleet`
/** What watchers' credentials are made from. */
const liveRole = `arn:aws:iam::${account}:role/h02-${stage}-live`

/** Who has an access key here: one pair per part, as each part has its own role on AWS. */
const parts = ['gateway', 'ingest', 'control', 'api', 'notify', 'admin'] as const
export type Part = (typeof parts)[number]

const secret = 'local'
export const accessKeyIdOf = (part: Part): string => `LOCAL${part.toUpperCase()}`
export const credentialsOf = (part: Part): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyIdOf(part),
  AWS_SECRET_ACCESS_KEY: secret,
})

export type Services = {
  /** Where everything is, as the parts read it from their environment. */
  readonly env: Readonly<Record<string, string>>
  readonly dynamoEndpoint: string
  readonly kinesis: Kinesis
  readonly iot: Iot
  readonly close: () => Promise<void>
}

/** The services of AWS that the parts use, on this machine, with this installation's tables and log. */
export async function startServices({
  dataDir,
  onEvent,
  onCall,
  onError,
}: {
  readonly dataDir: string
  readonly onEvent: (event: ReceivedEvent) => void
  /** Told of every AWS call, with the access key of the part that makes it. */
  readonly onCall?: OnCall | undefined
  readonly onError: (message: string, cause: unknown) => void
}): Promise<Services> {
  mkdirSync(dataDir, { recursive: true })
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne()
  }
  try {
    const dynamo = await startDynamo({ path: join(dataDir, 'dynamo'), onCall })
    opened.push(dynamo.close)
    const kinesis = await startKinesis({ path: join(dataDir, 'kinesis'), onCall })
    opened.push(kinesis.close)
    const admin = new DynamoDBClient({
      endpoint: dynamo.endpoint,
      region,
      credentials: { accessKeyId: accessKeyIdOf('admin'), secretAccessKey: secret },
    })
    await createTables(admin, { telemetry: telemetryTable, fleet: fleetTable })
    admin.destroy()
    await createStream(kinesis.endpoint, stream)
    const bus = await startEventBus(onEvent, onCall)
    opened.push(bus.close)
    const identities = createIdentities(
      Object.fromEntries(parts.map((part) => [accessKeyIdOf(part), secret])),
    )
    const iot = await startIot({ identities, ...(onCall && { onCall }), onError })
    opened.push(iot.close)
    const sts = await startSts({ identities, ...(onCall && { onCall }) })
    opened.push(sts.close)
    return {
      env: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
        AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot.endpoint,
        AWS_ENDPOINT_URL_STS: sts.endpoint,
        IOT_ENDPOINT: iot.mqttEndpoint,
        LIVE_ROLE_ARN: liveRole,
        EVENT_BUS: `h02-${stage}`,
        STAGE: stage,
        TELEMETRY_TABLE: telemetryTable,
        FLEET_TABLE: fleetTable,
      },
      dynamoEndpoint: dynamo.endpoint,
      kinesis,
      iot,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
