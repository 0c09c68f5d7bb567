import type { Construct } from 'constructs'
import { gatewayClientId, topicsOf } from '../../../lambdas/shared/domain/topics.ts'
import type { Permission } from '../helpers/allow.ts'
import type { Config } from '../../config/config.ts'
import { GATEWAY_ID_IS_MADE_LATER, iotArnsOf } from '../helpers/topic-arns.ts'

/** What whoever keeps the registry does to its items: transactions count as their single actions. */
export const registryActions = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
] as const

/** What it takes to send a command to a gateway: api does it at once, control for what waited. */
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
          // The client alone does not say on which topic: without this, any topic of that client would do.
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
