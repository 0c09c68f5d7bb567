import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { topicsOf } from '../../../lambdas/shared/domain/topics.ts'

/** ARNs of our MQTT topics and clients, from the same data that gateway and functions use. */
export function iotArnsOf(scope: Construct, stage: string) {
  const iotArn = (resource: 'topic' | 'topicfilter' | 'client', name: string): string =>
    Stack.of(scope).formatArn({ service: 'iot', resource, resourceName: name })
  const topics = topicsOf(stage)
  const any = '*'
  return {
    client: (clientId: string) => iotArn('client', clientId),
    gatewayTopics: [iotArn('topic', topics.commands(any)), iotArn('topic', topics.control(any))],
    gatewayFilters: [iotArn('topicfilter', topics.commands(any)), iotArn('topicfilter', topics.control(any))],
    commands: iotArn('topic', topics.commands(any)),
    control: iotArn('topic', topics.control(any)),
    reports: [iotArn('topic', topics.upCommands), iotArn('topic', topics.upSessions)],
    // An IAM wildcard includes slashes, so it also matches the topics of a device's grants.
    live: iotArn('topic', topics.live(any)),
    liveFilter: iotArn('topicfilter', topics.live(any)),
  }
}

/** Why topics of gateways are named with a wildcard. */
export const GATEWAY_ID_IS_MADE_LATER =
  'a gateway makes its id when it starts; stage and kind of topic are fixed'
