import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { createMetrics } from '#shared/metrics.ts'
import { createSessionStore } from '#shared/store/sessions.ts'
import type { Embedded } from '../../../cdk/local/embedded.ts'
import { STREAM } from '../../../cdk/local/services.ts'
import { Gateway } from '../../../container/gateway.ts'
import { listen } from '../../../container/sockets/listener.ts'
import { openFleetTable } from '../fleet-table.ts'
import type { Step } from './scenarios.ts'
import { silent } from '../../silent-log.ts'

const GATEWAY_ID = 'aaaaaaaaaaaa'
const HOURS_MS = 36_000_000

/**
 * Plays steps of the last hours against a gateway of its own, whose clock is set to the time of each step: the log, the fold and
 * the tables are those of the embedded system. Its lease is renewed for the last time at `aliveUntil`.
 */
export async function playPast(
  { embedded, dataDir }: { readonly embedded: Embedded; readonly dataDir: string },
  steps: readonly Step[],
  aliveUntil: number,
): Promise<void> {
  let now = steps[0]!.at
  const fleet = openFleetTable(dataDir)
  const kinesis = new KinesisClient({
    endpoint: embedded.env.AWS_ENDPOINT_URL_KINESIS!,
    region: 'us-east-1',
    requestHandler: new NodeHttpHandler(),
    credentials: embedded.credentialsOf('gateway'),
  })
  const sessions = createSessionStore({ ...fleet, now: () => now })
  const metrics = createMetrics({ part: 'gateway' }, () => {})
  const gateway = new Gateway({
    gatewayId: GATEWAY_ID,
    registration: 'registered',
    sessions,
    putRecords: async (records) => {
      await kinesis.send(
        new PutRecordsCommand({
          StreamName: STREAM,
          Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
        }),
      )
      return new Set()
    },
    flushMs: 5,
    maxBufferedBytes: 10_000_000,
    framesPerSecond: 100_000,
    framesPerDeviceDay: 1_000_000,
    bytesPerDeviceDay: 1_000_000_000,
    loginMs: HOURS_MS,
    idleMs: HOURS_MS,
    downlink: null,
    now: () => now,
    monotonic: () => performance.now(),
    log: silent,
    metrics,
  })
  const listener = await listen({
    sockets: gateway.sockets,
    obstacle: () => null,
    host: '0.0.0.0',
    port: 0,
    maxConnections: 1_000,
    maxPerAddress: 1_000,
    log: silent,
    metrics,
  })
  await sessions.renewLease(GATEWAY_ID)
  const sockets = new Map<string, Socket>()
  for (const { at, deviceId, from, frames } of steps) {
    now = at
    const socket = sockets.get(deviceId) ?? (await dial(listener.port, from))
    sockets.set(deviceId, socket)
    socket.write(frames.join(''))
    // The last frame of a step is one that is acknowledged.
    await once(socket, 'data')
  }
  for (const socket of sockets.values()) socket.destroy()
  listener.stopAccepting()
  for (const connection of gateway.connections) gateway.close(connection, 'the past is over')
  await gateway.drain(10_000)
  now = aliveUntil
  await sessions.renewLease(GATEWAY_ID)
  await gateway.stop()
  kinesis.destroy()
  fleet.client.destroy()
}

/** From an address of the loopback network: each scenario has a network of its own. */
export async function dial(port: number, localAddress: string): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
