import { RemovalPolicy } from 'aws-cdk-lib'
import type { Config } from '../../config/config.ts'

export type Removal = Config['removalPolicy']

/**
 * Retained resources survive the deletion of the stack, but not a failed creation: with plain `RETAIN`, each failed
 * attempt would leave two addresses, two tables, a stream and a bucket behind.
 */
export const removalPolicyOf = (removal: Removal): RemovalPolicy =>
  removal === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
