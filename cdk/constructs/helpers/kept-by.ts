import { RemovalPolicy } from 'aws-cdk-lib'
import type { Config } from '../../config/config.ts'

export type Removal = Config['removalPolicy']

/**
 * Kept resources survive the deletion of the stack. What a failed creation made is deleted with it: plain `RETAIN`
 * would leave two addresses, two tables, a stream and a bucket behind for each attempt.
 */
export const keptBy = (removal: Removal): RemovalPolicy =>
  removal === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
