import { Alias } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { Permission } from '../helpers/allow.ts'

/** The SNS topic for e-mail channels of notices: each address subscribes with a filter for its channel. */
export class NoticeTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', {
      displayName: `Notices, ${stage}`,
      // Mails contain positions of vehicles.
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    })
  }
}

/** For the function that sends notices by e-mail. */
export const mailNotices = ({ topic }: NoticeTopic): Permission => ({
  sid: 'MailNotices',
  actions: ['sns:Publish'],
  resources: [topic.topicArn],
})

/** For the function that makes and deletes e-mail channels. */
export const subscribeToNotices = ({ topic }: NoticeTopic): Permission[] => [
  { sid: 'SubscribeToNotices', actions: ['sns:Subscribe'], resources: [topic.topicArn] },
  {
    sid: 'UnsubscribeFromNotices',
    actions: ['sns:Unsubscribe'],
    resources: ['*'],
    wildcard: 'SNS authorizes Unsubscribe by no resource',
  },
]
