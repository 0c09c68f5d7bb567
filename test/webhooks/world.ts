import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { onTestFinished } from 'vitest'
import { createWebhookQueue } from '#shared/bus/webhook-queue.ts'
import { monotonicNow } from '#shared/clock.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import type { Labels } from '#shared/domain/labels.ts'
import { createDeliveries } from '#shared/store/deliveries.ts'
import { createNoticeChannels } from '#shared/store/notice-channels.ts'
import { createReadChannelTarget, createReadSecrets } from '#shared/store/webhook-secrets.ts'
import { createWebhookStates } from '#shared/store/webhook-state.ts'
import { createWebhookStore, type NewWebhook } from '#shared/store/webhooks.ts'
import { createFanOut } from '#shared/webhooks/fan-out.ts'
import { findTarget } from '#shared/webhooks/target.ts'
import { createWebhookCache } from '#shared/webhooks/webhook-cache.ts'
import { startSqs } from '../../cdk/local/stand-ins/sqs.ts'
import { createHandleBatch, type SqsEvent } from '../../lambdas/webhooks/handle-batch.ts'
import type { WebhookParts } from '../../lambdas/webhooks/parts.ts'
import { createPost } from '../../lambdas/webhooks/post.ts'
import { startFleet } from '../api/fakes.ts'
import { clientConfig } from '../local/client-config.ts'
import { silent } from '../silent-log.ts'

export type Request = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string }
type Answer = {
  readonly status: number
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** A receiver on this machine with answers chosen by the test; it records its requests. */
export async function startReceiver(answer: (request: Request, n: number) => Answer | Promise<Answer>) {
  const requests: Request[] = []
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    const request = {
      headers: incoming.headers,
      body: Buffer.concat(parts).toString(),
      path: incoming.url ?? '',
    }
    requests.push(request)
    const { status, body = '', headers = {} } = await answer(request, requests.length)
    response.writeHead(status, headers).end(body)
  }
  const server = createServer((incoming, response) => void handle(incoming, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

/** Publishing, queue, worker and table in one process, on a clock that only `pass` moves. */
export async function startWorld(replaced: Partial<WebhookParts> = {}) {
  let now = Date.UTC(2026, 0, 10)
  const clock = () => now
  const fleet = await startFleet()
  const sqs = await startSqs({
    queues: { 'webhooks.fifo': { visibilitySeconds: 60, retentionSeconds: 14 * 86_400, redrive: null } },
    now: clock,
  })
  const client = new SQSClient(clientConfig(sqs.endpoint))
  const QueueUrl = sqs.urlOf('webhooks.fifo')
  const { post, close } = createPost(2_000)
  onTestFinished(async () => {
    close()
    client.destroy()
    await sqs.close()
    await fleet.close()
  })
  const at = { ...fleet, now: clock }
  const store = createWebhookStore(at)
  const deliveries = createDeliveries(at)
  const labels = new Map<string, Labels>()
  const published: BusEvent[] = []
  const counts: Record<string, number> = {}
  const putEvents = createFanOut({
    listWebhooks: store.list,
    deviceLabels: {
      read: async (ids) => new Map(ids.flatMap((id) => (labels.has(id) ? [[id, labels.get(id)!]] : []))),
    },
    send: createWebhookQueue(QueueUrl, client),
    now: clock,
  })
  const cache = createWebhookCache(store.list, clock, 1_000)
  const handleBatch = createHandleBatch({
    listWebhooks: cache.list,
    forgetWebhooks: cache.forget,
    store,
    states: createWebhookStates(at),
    readSecrets: createReadSecrets(at),
    deliveries,
    channels: createNoticeChannels(at),
    readChannelTarget: createReadChannelTarget(at),
    sendMail: null,
    findTarget: (url) => findTarget(url, 'any'),
    post,
    putEvents: async (events) => {
      published.push(...events)
      await putEvents(events)
    },
    putBack: async (records) => {
      if (records.length === 0) return
      const Entries = records.map(({ receiptHandle, seconds }, i) => ({
        Id: String(i),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }))
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    },
    metrics: { count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by), measure: () => {} },
    log: silent,
    now: clock,
    monotonic: monotonicNow,
    random: () => 0,
    ...replaced,
  })
  const runBatch = () => deliverBatch({ client, QueueUrl }, handleBatch)
  const run = async (): Promise<void> => {
    while (await runBatch());
  }
  return {
    store,
    fleet: at,
    send: createWebhookQueue(QueueUrl, client),
    deliveries,
    labels,
    published,
    counts,
    putEvents,
    waiting: () => countWaiting({ client, QueueUrl }),
    now: clock,
    run,
    runBatch,
    pass: (ms: number) => void (now += ms),
    /** Lets time pass in steps, delivering what is due. */
    runFor: async (ms: number, stepMs: number) => {
      for (const end = now + ms; now < end; now += stepMs) await run()
      await run()
    },
    add: async (wanted: Partial<NewWebhook> & Pick<NewWebhook, 'url'>) => {
      const made = await store.create({
        events: null,
        devices: null,
        limit: null,
        description: null,
        createdBy: 'admin',
        expiresAt: null,
        ...wanted,
      })
      return { ...made!, webhookId: made!.webhook.webhookId }
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>

type Queue = { readonly client: SQSClient; readonly QueueUrl: string }

/** Delivers one batch like the event source; false if nothing can be received now. */
async function deliverBatch(
  { client, QueueUrl }: Queue,
  handleBatch: ReturnType<typeof createHandleBatch>,
): Promise<boolean> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  )
  if (Messages.length === 0) return false
  const Records = Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    messageId: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    attributes: Attributes as unknown as SqsEvent['Records'][number]['attributes'],
  }))
  const { batchItemFailures } = await handleBatch({ Records })
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  const Entries = Records.filter(({ messageId }) => !failed.has(messageId)).map((record) => ({
    Id: record.messageId,
    ReceiptHandle: record.receiptHandle,
  }))
  if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  return true
}

/** Messages that are not deleted yet. */
async function countWaiting({ client, QueueUrl }: Queue): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  )
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  )
}

let count = 0
const data = { sessionId: 'aa', receivedAt: '2026-01-10T00:00:00.000Z' }
export const online = (deviceId: string, n = count++): BusEvent => ({
  id: `${deviceId}:aa:${n}:online`,
  type: 'device.online',
  at: Date.UTC(2026, 0, 10) + n,
  deviceId,
  data,
})
export const offline = (deviceId: string, n = count++): BusEvent => ({
  id: `${deviceId}:aa:${n}:offline`,
  type: 'device.offline',
  at: Date.UTC(2026, 0, 10) + n,
  deviceId,
  data,
})
export const moved = (deviceId: string, n = count++): BusEvent => ({
  id: `${deviceId}:aa:${n}:moved`,
  type: 'device.moved',
  at: Date.UTC(2026, 0, 10) + n,
  deviceId,
  data: {
    fixTime: '2026-01-10T00:00:00.000Z',
    receivedAt: '2026-01-10T00:00:00.000Z',
    latitude: 1,
    longitude: 2,
    speedKmh: null,
    course: null,
  },
})
/** Ids of the events that a receiver got, in their order. */
export const idsOf = (requests: readonly Request[]): string[] =>
  requests.map(({ body }) => String(JSON.parse(body).id))
