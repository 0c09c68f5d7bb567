import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import { REGION } from './iam-policy.ts'
import type { Credentials } from './identities.ts'

type QueueSource = { readonly stop: () => Promise<void> }

type QueueSourceOptions = {
  readonly endpoint: string
  readonly queueUrl: string
  readonly invoke: (event: unknown) => Promise<unknown>
  /** The credentials for reading: those of the function, as on AWS. */
  readonly credentials: Credentials
  /** Batches that the function handles at the same time. */
  readonly concurrency: number
  readonly onError: (message: string, cause: unknown) => void
  readonly retryMs?: number
}

/** AWS limit for FIFO queues. */
const BATCH_SIZE = 10
const WAIT_SECONDS = 20

/**
 * An SQS event source of a Lambda function with partial batch responses. Messages that the function returns as failed, or the whole
 * batch if it throws, are received again after the visibility timeout; the others are deleted.
 */
export function startQueueSource(options: QueueSourceOptions): QueueSource {
  const { endpoint, queueUrl: QueueUrl, credentials, concurrency, onError, retryMs = 1_000 } = options
  const client = new SQSClient({ endpoint, region: REGION, credentials })
  const stopping = new AbortController()
  const { signal } = stopping
  const running = new Set<Promise<void>>()

  const handle = async (messages: readonly Message[]): Promise<void> => {
    try {
      const result = await options.invoke({ Records: messages.map(toRecord) })
      const failed = failedOf(result, messages)
      const Entries = messages
        .filter(({ MessageId }) => !failed.has(MessageId!))
        .map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId!, ReceiptHandle: ReceiptHandle! }))
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    } catch (cause) {
      onError('a batch of the queue failed', cause)
    }
  }
  const receive = async (): Promise<readonly Message[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH_SIZE,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
      }),
      { abortSignal: signal },
    )
    return Messages
  }
  const read = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const messages = await receive()
        if (messages.length === 0) continue
        const handling = handle(messages).finally(() => running.delete(handling))
        running.add(handling)
        if (running.size >= concurrency) await Promise.race(running)
      } catch (cause) {
        if (signal.aborted) return
        onError('the queue cannot be read', cause)
        await sleep(retryMs, undefined, { signal }).catch(() => {})
      }
    }
  }
  const reading = read()
  return {
    stop: async () => {
      stopping.abort()
      await reading
      await Promise.all(running)
      client.destroy()
    },
  }
}

/** A message in the format of Lambda. */
const toRecord = ({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes }: Message): object => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  md5OfBody: MD5OfBody,
  attributes: Attributes,
  messageAttributes: {},
  eventSource: 'aws:sqs',
  awsRegion: REGION,
})

/**
 * Reads the answer as Lambda does: an answer with an unknown message id, or without a required id, means that all messages have
 * failed.
 */
function failedOf(result: unknown, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId!))
  const failures = (result as { batchItemFailures?: unknown } | null)?.batchItemFailures
  if (failures === undefined || failures === null) return new Set()
  if (!Array.isArray(failures)) return all
  const ids = failures.map((one) => (one as { itemIdentifier?: unknown } | null)?.itemIdentifier)
  return ids.every((id): id is string => typeof id === 'string' && all.has(id)) ? new Set(ids) : all
}
