import { Duration, Validations } from 'aws-cdk-lib'
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { keptBy, type Removal } from '../helpers/kept-by.ts'

export type LogStreamProps = {
  readonly shards: number
  readonly logHours: number
  readonly removal: Removal
}

/** A deleted device is nowhere any more after so long. */
const failuresKept = Duration.days(8)

/**
 * The log between gateway and ingest: a tracker deletes its copy when we acknowledge, so what is in here is all there
 * is. Beside it a bucket keeps what ingest could not apply in that time, whole, so that it can be applied later.
 */
export class LogStream extends Construct {
  readonly stream: Stream
  readonly failures: Bucket
  readonly retention: Duration

  constructor(scope: Construct, id: string, { shards, logHours, removal }: LogStreamProps) {
    super(scope, id)
    const removalPolicy = keptBy(removal)
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
      reason: 'Holds failed batches for 8 days and is empty on a good day; CloudTrail covers who reads them.',
    })
  }
}
