import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IoTDataPlaneClient, SendDirectMessageCommand } from '@aws-sdk/client-iot-data-plane'
import {
  DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '#shared/domain/device.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import type { IotAccess } from './parts/embedded-server.ts'

const REGION = 'us-east-1'
const CLIENT_ID = 'h02gw-bench'
const TOPIC = 'h02/local/gw/bench/commands'
/** About what a command, its timeline and a delivery take. */
const filler = 'x'.repeat(900)

/** The minimum work of a command, step after step, for a device without other commands. */
export async function startFloor(
  { dynamoEndpoint, fleetTable }: { dynamoEndpoint: string; fleetTable: string },
  { endpoint, mqttEndpoint, credentials }: IotAccess,
  deviceId: string,
) {
  const raw = new DynamoDBClient({
    endpoint: dynamoEndpoint,
    region: REGION,
    credentials: credentials.control,
  })
  const client = DynamoDBDocumentClient.from(raw)
  const plane = new IoTDataPlaneClient({
    endpoint,
    region: REGION,
    credentials: credentials.control,
    maxAttempts: 1,
  })
  const receiver = await dialMqtt(mqttEndpoint, CLIENT_ID, { credentials: credentials.gateway })
  await receiver.subscribeAsync(TOPIC, { qos: 1 })
  const device = { TableName: fleetTable, Key: fleetKeys.device(deviceId) }
  let n = 0

  const measure = async (): Promise<number> => {
    const id = `floor${String(++n).padStart(11, '0')}`
    const started = performance.now()
    await client.send(new GetCommand({ ...device, ConsistentRead: true }))
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: fleetTable,
              Item: { ...fleetKeys.command(deviceId, id), n, filler },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Update: {
              ...device,
              UpdateExpression: 'SET floor = :n',
              ConditionExpression: 'attribute_exists(registeredAt)',
              ExpressionAttributeValues: { ':n': n },
            },
          },
        ],
      }),
    )
    await client.send(
      new UpdateCommand({
        ...device,
        UpdateExpression: 'SET floorAgain = :n',
        ExpressionAttributeValues: { ':n': n },
      }),
    )
    await plane.send(
      new SendDirectMessageCommand({
        clientId: CLIENT_ID,
        topic: TOPIC,
        confirmation: true,
        timeout: 5,
        payload: Buffer.from(JSON.stringify({ id, filler })),
      }),
    )
    return performance.now() - started
  }
  return {
    measure,
    close: async (): Promise<void> => {
      await receiver.endAsync()
      plane.destroy()
      raw.destroy()
    },
  }
}
