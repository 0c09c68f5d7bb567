import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { backOffMs } from '../back-off.ts'
import { forEachLimited } from '../concurrency.ts'
import { isNotice, writeMessage, type WebhookMessage } from '../domain/webhooks/message.ts'

/** Sends messages for webhooks. Rejects if it is unknown whether all are in the queue; the call can be repeated. */
export type SendToWebhooks = (messages: readonly WebhookMessage[]) => Promise<void>

/** AWS limit of one call. */
const MAX_ENTRIES = 10
const CALLS_IN_FLIGHT = 8
const ATTEMPTS = 5

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/**
 * Events of a device reach a webhook in order; tests and redeliveries do not wait for them. Notices do not wait for each other: an
 * alarm must not wait behind a notice that its channel refuses.
 */
function groupOf(message: WebhookMessage): string {
  const { webhookId, kind, event, recordAs } = message
  if (kind !== 'event') return `${webhookId}:${kind}:${recordAs ?? ''}`
  return `${webhookId}:${isNotice(message) ? digest(event.id).slice(0, 32) : (event.deviceId ?? '')}`
}

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

/**
 * Orders entries by position: the first entry of each group, then the second ones, and so on, because some entries of a call may be
 * refused.
 */
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
      if (attempt > 0) await sleep(backOffMs(attempt, { firstMs: 50 }))
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }),
      )
      const failed = new Set(Failed.map(({ Id }) => Id))
      left = left.filter(({ Id }) => failed.has(Id))
      if (left.length === 0) return
    }
    throw new Error(`the queue of webhooks did not accept ${left.length} messages`)
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
