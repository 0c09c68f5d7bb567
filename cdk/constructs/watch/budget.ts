import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { Construct } from 'constructs'

/**
 * Mails when the account's costs of a month come to 80 % of the limit, and when the forecast is above it. It counts
 * the whole account: a filter by tags finds nothing until someone activates them for billing, and would never ring.
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
