import { createHash } from 'node:crypto'
import { SqsFailure, wrong } from './failure.ts'
import type { NewMessage, Sent } from './message-table.ts'
import type { Message, Queue, Queues } from './queues.ts'
import { readReceipt } from './receipt.ts'

type Body = Readonly<Record<string, unknown>>
type Entry = Body & { readonly Id: string }

/** AWS limits: entries of a call, bytes of a message, seconds until a message can be received again, of a long poll. */
const MAX_ENTRIES = 10
const MAX_MESSAGE_BYTES = 1_024 * 1_024
const MAX_VISIBILITY_SECONDS = 43_200
const MAX_WAIT_SECONDS = 20
/** Group ids and deduplication ids. */
const idForm = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/

export type SqsParts = {
  readonly queues: Queues
  readonly now: () => number
  /** Resolves when there may be something to receive, after this time, or when the signal aborts. */
  readonly waitForNews: (ms: number, signal: AbortSignal) => Promise<void>
  /** Called when there may be something to receive. */
  readonly onNews: () => void
}

/** The operations of SQS that we use. Null for any other. Throws an SqsFailure. `signal` aborts when the client has disconnected. */
export async function runOperation(
  parts: SqsParts,
  operation: string,
  body: Body,
  signal: AbortSignal,
): Promise<object | null> {
  const { queues, now, onNews } = parts
  switch (operation) {
    case 'SendMessage': {
      const [sent] = queues.send(queueOf(parts, body), [readMessage(body)], now())
      onNews()
      return toSent(sent!, String(body.MessageBody))
    }
    case 'SendMessageBatch': {
      const queue = queueOf(parts, body)
      const entries = readEntries(body)
      const messages = entries.map(readMessage)
      if (messages.reduce((sum, one) => sum + Buffer.byteLength(one.body), 0) > MAX_MESSAGE_BYTES)
        throw new SqsFailure('BatchRequestTooLong', 'Batch requests cannot be longer than 1048576 bytes.')
      const sent = queues.send(queue, messages, now())
      onNews()
      const Successful = sent.map((one, i) => ({ Id: entries[i]!.Id, ...toSent(one, messages[i]!.body) }))
      return { Successful, Failed: [] }
    }
    case 'ReceiveMessage':
      return receive(parts, body, signal)
    case 'DeleteMessage':
      remove(parts, queueOf(parts, body), body)
      return {}
    case 'DeleteMessageBatch':
      return inBatch(parts, body, remove)
    case 'ChangeMessageVisibility':
      setVisibility(parts, queueOf(parts, body), body)
      return {}
    case 'ChangeMessageVisibilityBatch':
      return inBatch(parts, body, setVisibility)
    case 'GetQueueAttributes':
      return { Attributes: attributesOf(queueOf(parts, body), now()) }
    default:
      return null
  }
}

const queueOf = ({ queues }: SqsParts, { QueueUrl }: Body): Queue =>
  queues.find(String(QueueUrl).split('/').at(-1)!)

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const toSequence = (number: number): string => String(number).padStart(20, '0')
const toSent = ({ messageId, number }: Sent, body: string): object => ({
  MessageId: messageId,
  MD5OfMessageBody: md5(body),
  SequenceNumber: toSequence(number),
})

function readMessage(entry: Body): NewMessage {
  const { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: deduplication } = entry
  if (typeof body !== 'string' || body === '' || Buffer.byteLength(body) > MAX_MESSAGE_BYTES)
    throw wrong('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.')
  if (typeof group !== 'string') throw missing('MessageGroupId')
  if (typeof deduplication !== 'string')
    throw wrong(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
  for (const [name, id] of [
    ['MessageGroupId', group],
    ['MessageDeduplicationId', deduplication],
  ] as const)
    if (!idForm.test(id)) throw wrong(`Value ${id} for parameter ${name} is invalid.`)
  if (entry.DelaySeconds !== undefined && entry.DelaySeconds !== 0)
    throw wrong(`Value ${JSON.stringify(entry.DelaySeconds)} for parameter DelaySeconds is invalid.`)
  return { group, deduplication, body }
}

const missing = (name: string): SqsFailure =>
  new SqsFailure('MissingParameter', `The request must contain the parameter ${name}.`)

function readEntries({ Entries }: Body): Entry[] {
  if (!Array.isArray(Entries) || Entries.length === 0)
    throw new SqsFailure('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (Entries.length > MAX_ENTRIES)
    throw new SqsFailure('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10.`)
  const entries = Entries as Entry[]
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new SqsFailure('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.')
  return entries
}

/** Each entry succeeds or fails by itself. */
function inBatch(
  parts: SqsParts,
  body: Body,
  act: (parts: SqsParts, queue: Queue, entry: Body) => void,
): object {
  const queue = queueOf(parts, body)
  const failed = new Map<string, SqsFailure>()
  const entries = readEntries(body)
  for (const entry of entries) {
    try {
      act(parts, queue, entry)
    } catch (error) {
      if (!(error instanceof SqsFailure)) throw error
      failed.set(entry.Id, error)
    }
  }
  return {
    Successful: entries.filter(({ Id }) => !failed.has(Id)).map(({ Id }) => ({ Id })),
    Failed: [...failed].map(([Id, { type, message }]) => ({
      Id,
      Code: type,
      Message: message,
      SenderFault: true,
    })),
  }
}

function remove({ queues, now, onNews }: SqsParts, queue: Queue, { ReceiptHandle: handle }: Body): void {
  const receipt = requireReceipt(handle)
  if (!queues.remove(queue, receipt, now()))
    throw wrong(
      `Value ${String(handle)} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    )
  onNews()
}

function setVisibility({ queues, now, onNews }: SqsParts, queue: Queue, body: Body): void {
  const receipt = requireReceipt(body.ReceiptHandle)
  const seconds = requireInteger(body.VisibilityTimeout, 0, MAX_VISIBILITY_SECONDS, 'VisibilityTimeout')
  if (!queues.setVisibility(queue, receipt, seconds, now()))
    throw new SqsFailure('MessageNotInflight', 'The message is not in flight.')
  onNews()
}

function requireReceipt(handle: unknown) {
  const receipt = readReceipt(handle)
  if (receipt === null)
    throw new SqsFailure(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${String(handle)}" is not valid.`,
    )
  return receipt
}

async function receive(parts: SqsParts, body: Body, signal: AbortSignal): Promise<object> {
  const { queues, now, waitForNews } = parts
  const queue = queueOf(parts, body)
  const max = requireInteger(body.MaxNumberOfMessages ?? 1, 1, MAX_ENTRIES, 'MaxNumberOfMessages')
  const visibility = requireInteger(
    body.VisibilityTimeout ?? queue.visibilitySeconds,
    0,
    MAX_VISIBILITY_SECONDS,
    'VisibilityTimeout',
  )
  const wait = requireInteger(body.WaitTimeSeconds ?? 0, 0, MAX_WAIT_SECONDS, 'WaitTimeSeconds')
  const end = now() + wait * 1_000
  // An aborted call receives nothing, because its messages would be in flight without a receiver.
  for (; !signal.aborted;) {
    const messages = queues.receive(queue, max, visibility, now())
    const left = Math.min(end, queue.groups.nextReturn()) - now()
    if (messages.length > 0) return { Messages: messages.map((message) => toReceived(message, body)) }
    if (end <= now()) return {}
    await waitForNews(Math.max(1, left), signal)
  }
  return {}
}

function toReceived(message: Message, { MessageSystemAttributeNames, AttributeNames }: Body): object {
  const { messageId, body, receipt, number, group, deduplication, sentAt, receives, firstReceivedAt } =
    message
  const all: Readonly<Record<string, string>> = {
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ApproximateReceiveCount: String(receives),
    MessageDeduplicationId: deduplication,
    MessageGroupId: group,
    SentTimestamp: String(sentAt),
    SequenceNumber: toSequence(number),
  }
  const names = (MessageSystemAttributeNames ?? AttributeNames ?? []) as readonly string[]
  const Attributes = Object.fromEntries(
    Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)),
  )
  return {
    MessageId: messageId,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
  }
}

function attributesOf(queue: Queue, now: number): Readonly<Record<string, string>> {
  const { visible, inFlight } = queue.groups.counts(now)
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    FifoQueue: 'true',
    MessageRetentionPeriod: String(queue.retentionSeconds),
    VisibilityTimeout: String(queue.visibilitySeconds),
  }
}

function requireInteger(value: unknown, min: number, max: number, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrong(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`,
  )
}
