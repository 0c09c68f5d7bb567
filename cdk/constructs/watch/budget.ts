import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { Construct } from 'constructs'

/**
 * Sends a mail when the account's costs of the month reach 80 % of the limit, and when the forecast exceeds it. It
 * counts the whole account: a filter by tags matches nothing until someone activates the tags for billing.
 */
export class Budget extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, limit, email }: { readonly stage: string; readonly limit: number; readonly email: string },
  ) {
    super(scope, id)
    const subscribers = [{ subscriptionType: 'EMAIL', address: email }]
    const at = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    })
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `h02-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limit, unit: 'USD' },
      },
      notificationsWithSubscribers: [at('ACTUAL', 80), at('FORECASTED', 100)],
    })
  }
}
