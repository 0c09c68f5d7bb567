import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Invoke } from './lambda-invoke.ts'

type NotificationsPorts = {
  readonly sqs: Pick<SQSClient, 'send'>
  readonly queueUrl: string
  readonly invoke: Invoke
  readonly notifyFunction: string
}

/** Long enough that this run does not receive a failed message again. */
const HIDDEN_SECONDS = 300

/**
 * Sends the messages of the queue to notify and deletes those that it handled. A notification that was already sent is
 * not sent again. Resolves to the number of handled messages, and why others failed (they stay in the queue).
 */
export async function redriveNotifications({
  sqs,
  queueUrl,
  invoke,
  notifyFunction,
}: NotificationsPorts): Promise<{ handled: number; failures: string[] }> {
  const failures: string[] = []
  let handled = 0
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: 1,
      }),
    )
    if (Messages.length === 0) return { handled, failures }
    for (const { Body, ReceiptHandle, MessageId } of Messages) {
      try {
        await invoke(notifyFunction, eventOf(JSON.parse(Body ?? '')))
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
        handled++
      } catch (error) {
        failures.push(`${MessageId}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
}

/** A rule delivers the event itself; the function's failure destination wraps it in `requestPayload`. */
const eventOf = (body: unknown): unknown => (body as { requestPayload?: unknown }).requestPayload ?? body
