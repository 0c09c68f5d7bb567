import type { Construct } from 'constructs'
import { gatewayClientId, topicsOf } from '../../../lambdas/shared/domain/topics.ts'
import type { Permission } from '../helpers/allow.ts'
import type { Config } from '../../config/config.ts'
import { GATEWAY_ID_IS_MADE_LATER, iotArnsOf } from '../helpers/topic-arns.ts'

/** What code that writes the registry does to its items. A transaction needs the permissions of its single actions. */
export const registryActions = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
] as const

/** The permissions to send a command to a gateway: api sends at once, control sends queued commands. */
export function commandPermissions(
  scope: Construct,
  { stage, commandDelivery }: Pick<Config, 'stage' | 'commandDelivery'>,
): Permission[] {
  const iot = iotArnsOf(scope, stage)
  return [
    commandDelivery === 'direct'
      ? {
          sid: 'DeliverCommands',
          actions: ['iot:SendDirectMessage'],
          resources: [iot.client(gatewayClientId(stage, '*'))],
          wildcard: GATEWAY_ID_IS_MADE_LATER,
          // The client id alone does not limit the topic: without this condition, any topic of that client would be
          // allowed.
          conditions: { StringLike: { 'iot:Topic': topicsOf(stage).commands('*') } },
        }
      : {
          sid: 'PublishCommands',
          actions: ['iot:Publish'],
          resources: [iot.commands],
          wildcard: GATEWAY_ID_IS_MADE_LATER,
        },
    {
      sid: 'PublishToGateways',
      actions: ['iot:Publish'],
      resources: [iot.control],
      wildcard: GATEWAY_ID_IS_MADE_LATER,
    },
  ]
}
