import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { forEachLimited } from '../concurrency.ts'
import { writeMessage, type WebhookMessage } from '../domain/webhooks/message.ts'

/** Sends messages for webhooks; rejects when it is unknown whether all are in the queue, and may be repeated. */
export type SendToWebhooks = (messages: readonly WebhookMessage[]) => Promise<void>

/** AWS limit of one call. */
const MAX_ENTRIES = 10
const CALLS_IN_FLIGHT = 8
const ATTEMPTS = 5

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** Events of a device reach a webhook in their order; what someone asked for does not wait for them. */
const groupOf = ({ webhookId, kind, event, recordAs }: WebhookMessage): string =>
  kind === 'event' ? `${webhookId}:${event.deviceId ?? ''}` : `${webhookId}:${kind}:${recordAs ?? ''}`

type Entry = {
  readonly MessageGroupId: string
  readonly MessageDeduplicationId: string
  readonly MessageBody: string
}
const toEntry = (message: WebhookMessage): Entry => ({
  MessageGroupId: groupOf(message),
  MessageDeduplicationId: digest(message.webhookId, message.event.id, message.recordAs ?? ''),
  MessageBody: writeMessage(message),
})

/** The first entries of each group, then the second ones, and so on: of those in one call, some may be refused. */
function inWaves(entries: readonly Entry[]): Entry[][] {
  const waves: Entry[][] = []
  const counts = new Map<string, number>()
  for (const entry of entries) {
    const wave = counts.get(entry.MessageGroupId) ?? 0
    counts.set(entry.MessageGroupId, wave + 1)
    ;(waves[wave] ??= []).push(entry)
  }
  return waves
}

const createClient = (): SQSClient =>
  new SQSClient({ requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }) })

export function createWebhookQueue(queueUrl: string, client = createClient()): SendToWebhooks {
  const sendSome = async (some: readonly Entry[]): Promise<void> => {
    let left = some.map((entry, i) => ({ Id: String(i), ...entry }))
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await sleep(50 * 2 ** attempt * (0.5 + Math.random() / 2))
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }),
      )
      const failed = new Set(Failed.map(({ Id }) => Id))
      left = left.filter(({ Id }) => failed.has(Id))
      if (left.length === 0) return
    }
    throw new Error(`the queue of webhooks did not take ${left.length} messages`)
  }
  return async (messages) => {
    for (const wave of inWaves(messages.map(toEntry))) {
      const calls = Array.from({ length: Math.ceil(wave.length / MAX_ENTRIES) }, (_, i) =>
        wave.slice(i * MAX_ENTRIES, (i + 1) * MAX_ENTRIES),
      )
      await forEachLimited(calls, CALLS_IN_FLIGHT, sendSome)
    }
  }
}
