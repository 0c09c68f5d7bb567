import { setTimeout as sleep } from 'node:timers/promises'
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { backOffMs } from '#shared/back-off.ts'
import { MAX_PACKET_BYTES, type Packet } from './pack.ts'

type Outcome = {
  /** Index of the first packet that Firehose did not accept; the number of packets if it accepted all. */
  readonly taken: number
  /** Why it did not accept it. */
  readonly cause?: unknown
}
export type Delivery = (packets: readonly Packet[]) => Promise<Outcome>

/** AWS limit per call: 4 MiB. */
const MAX_CALL_BYTES = 4 * 1024 * 1024
const packetsPerCall = Math.floor(MAX_CALL_BYTES / MAX_PACKET_BYTES)
const ATTEMPTS = 5
const FIRST_RETRY_MS = 100

/**
 * Sends packets to Firehose in order. Refused packets of a call are sent again, alone, up to five times; after that
 * nothing more is sent, and the outcome says from which packet on the log must be read again. So a packet may be
 * delivered twice, but none is lost.
 */
export function createDelivery(stream: string, retryMs = FIRST_RETRY_MS): Delivery {
  const client = new FirehoseClient({
    // Attempts are counted here: the SDK's own retries would multiply them and exceed the function's time limit.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 10_000 }),
  })
  /** Resolves to the packets that were not accepted, in order. */
  const putSome = async (
    packets: readonly Packet[],
  ): Promise<{ left: readonly Packet[]; cause?: unknown }> => {
    let left = packets
    let cause: unknown
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await sleep(backOffMs(attempt, { firstMs: retryMs }))
      try {
        const { RequestResponses = [] } = await client.send(
          new PutRecordBatchCommand({
            DeliveryStreamName: stream,
            Records: left.map(({ data }) => ({ Data: data })),
          }),
        )
        // A packet without an id was not accepted, whatever else the answer contains.
        left = left.filter((_, i) => RequestResponses[i]?.RecordId === undefined)
        cause = RequestResponses.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorMessage
      } catch (error) {
        cause = error
      }
      if (left.length === 0) return { left }
    }
    return { left, cause }
  }
  return async (packets) => {
    for (let i = 0; i < packets.length; i += packetsPerCall) {
      const { left, cause } = await putSome(packets.slice(i, i + packetsPerCall))
      const [first] = left
      if (first !== undefined) return { taken: packets.indexOf(first), cause }
    }
    return { taken: packets.length }
  }
}
