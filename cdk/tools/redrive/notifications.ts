import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Invoke } from './lambda-invoke.ts'

export type NotificationsPorts = {
  readonly sqs: Pick<SQSClient, 'send'>
  readonly queueUrl: string
  readonly invoke: Invoke
  readonly notifyFunction: string
}

/** A message that fails is not seen again by this run. */
const HIDDEN_SECONDS = 300

/**
 * Gives the messages of the queue to notify and deletes those that it handled. A notification that was sent already is
 * not sent again. Resolves to how many were handled, and why others were not (they stay in the queue).
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

/** From the rule the event itself; from the function's failure destination, the event is its `requestPayload`. */
const eventOf = (body: unknown): unknown => (body as { requestPayload?: unknown }).requestPayload ?? body
