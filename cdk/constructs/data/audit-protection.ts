import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** The actions that change or delete existing items. PutItem is not one of them: adding entries requires it. */
const changingActions = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
]

/**
 * Denies all roles of the stack to change or delete audit entries (items of partitions `audit#…`). Call it after all
 * roles are created. IAM cannot distinguish a PutItem that adds an item from one that replaces one; our code puts
 * entries only if they are absent.
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
