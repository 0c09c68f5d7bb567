import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { SECRET_PREFIX } from '../../../lambdas/shared/domain/webhooks/keys.ts'

const readingActions = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PartiQLSelect',
]

/**
 * Denies every role except that of the delivering function to read the secrets of webhooks and the targets of notice channels,
 * which are items of the fleet table. Call it after all roles are created. The API makes and replaces secrets, but cannot read
 * them.
 */
export function protectWebhookSecrets(stack: Construct, fleet: ITable, signer: Role): void {
  for (const role of stack.node.findAll()) {
    if (!(role instanceof Role) || role === signer) continue
    role.addToPolicy(
      new PolicyStatement({
        sid: 'KeepWebhookSecrets',
        effect: Effect.DENY,
        actions: readingActions,
        resources: [fleet.tableArn],
        conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [`${SECRET_PREFIX}*`] } },
      }),
    )
  }
}
