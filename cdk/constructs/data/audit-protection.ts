import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** What changes or deletes an item that exists. PutItem is not among them: adding entries needs it. */
const changingActions = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
]

/**
 * Denies every role of the stack to change or delete audit entries: items of partitions `audit#…`. Call it when all
 * roles are made. IAM cannot distinguish a PutItem that adds from one that replaces; our code puts entries only if absent.
 */
export function protectAudit(stack: Construct, fleet: ITable): void {
  for (const role of stack.node.findAll()) {
    if (!(role instanceof Role)) continue
    role.addToPolicy(
      new PolicyStatement({
        sid: 'KeepAudit',
        effect: Effect.DENY,
        actions: changingActions,
        resources: [fleet.tableArn],
        conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['audit#*'] } },
      }),
    )
  }
}
