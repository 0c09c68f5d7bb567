import { Duration, Validations } from 'aws-cdk-lib'
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { removalPolicyOf, type Removal } from '../helpers/removal-policy.ts'

type LogStreamProps = {
  readonly shards: number
  readonly logHours: number
  readonly removal: Removal
}

/** After this time nothing of a deleted device is left. */
const failuresKept = Duration.days(8)

/**
 * The log between gateway and ingest. A tracker deletes its copy of a frame when we acknowledge it, so this is the only
 * copy. A bucket beside it stores batches that ingest could not apply, complete, so that they can be applied later.
 */
export class LogStream extends Construct {
  readonly stream: Stream
  readonly failures: Bucket
  readonly retention: Duration

  constructor(scope: Construct, id: string, { shards, logHours, removal }: LogStreamProps) {
    super(scope, id)
    const removalPolicy = removalPolicyOf(removal)
    this.retention = Duration.hours(logHours)
    this.stream = new Stream(this, 'Stream', {
      ...(shards === 0
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: shards }),
      retentionPeriod: this.retention,
      encryption: StreamEncryption.MANAGED,
      removalPolicy,
    })
    this.failures = new Bucket(this, 'Failures', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: failuresKept, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy,
    })
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Holds failed batches for 8 days and is usually empty; CloudTrail covers who reads them.',
    })
  }
}
