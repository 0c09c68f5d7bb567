import type { Values } from './config/config.ts'

/**
 * The values of your deployment. What is not here has its default: cdk/config/config.ts has the table, README explains it.
 * For a second stage, say `npx cdk deploy -c stage=test -c removalPolicy=destroy` and leave this as it is.
 */
export const values: Values = {
  // alarmEmail: 'ops@example.com',
}
