import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { NoticeContent } from '#shared/domain/notices/notice-event.ts'
import type { PostResult } from './post.ts'

/** Sends a notice to the address of a channel. Never rejects. */
export type SendMail = (channelId: string, content: NoticeContent) => Promise<PostResult>

/** SNS accepts up to 100 printable ASCII characters. */
const MAX_SUBJECT = 100

/** By a topic to which each address subscribes with a filter for its channel. */
export function createSendMail(topicArn: string): SendMail {
  const sns = new SNSClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  return async (channelId, { title, text }) => {
    const since = performance.now()
    const passed = (): number => Math.round(performance.now() - since)
    try {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: title.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, MAX_SUBJECT),
          Message: text.startsWith(title) ? text : `${title}\n${text}`,
          MessageAttributes: { channel: { DataType: 'String', StringValue: channelId } },
        }),
      )
      const answer =
        'SNS accepted it. It arrives when the address was confirmed by the link in the first mail.'
      return { status: 200, latencyMs: passed(), answer, error: null }
    } catch (error) {
      const { name } = error as Error
      return { status: null, latencyMs: passed(), answer: null, error: `SNS refused it: ${name}` }
    }
  }
}
