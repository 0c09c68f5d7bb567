import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** E-mail addresses of notice channels, as subscriptions to an SNS topic. */
export type MailSubscriptions = {
  /** SNS first asks the owner of the address for consent. Resolves to the ARN of the subscription. */
  readonly subscribe: (channelId: string, address: string) => Promise<string>
  readonly unsubscribe: (subscription: string) => Promise<void>
}

export function createMailSubscriptions(topicArn: string): MailSubscriptions {
  const sns = new SNSClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  return {
    subscribe: async (channelId, address) => {
      const { SubscriptionArn } = await sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'email',
          Endpoint: address,
          Attributes: { FilterPolicy: JSON.stringify({ channel: [channelId] }) },
          ReturnSubscriptionArn: true,
        }),
      )
      if (SubscriptionArn === undefined) throw new Error('SNS named no subscription')
      return SubscriptionArn
    },
    unsubscribe: async (subscription) => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }))
    },
  }
}
