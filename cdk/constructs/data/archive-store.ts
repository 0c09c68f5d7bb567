import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose'
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import {
  archiveFields,
  archivePartition,
  ARCHIVE_PREFIX,
} from '../../../lambdas/shared/domain/archive-record.ts'
import { allow } from '../helpers/allow.ts'
import { removalPolicyOf, type Removal } from '../helpers/removal-policy.ts'

export type ArchiveStoreProps = {
  readonly stage: string
  readonly retentionDays: number
  readonly logRetentionDays: number
  readonly removal: Removal
}

/** The maximum that Firehose buffers for S3: fewer, larger objects cost readers fewer requests. */
const buffer = { intervalInSeconds: 900, sizeInMBs: 128 }

/**
 * Firehose to compressed JSON lines in S3, partitioned by day of delivery, and the table through which Athena reads
 * them.
 */
export class ArchiveStore extends Construct {
  readonly bucket: Bucket
  readonly deliveryStream: CfnDeliveryStream
  /** The table's name in SQL. */
  readonly tableName: string

  constructor(scope: Construct, id: string, props: ArchiveStoreProps) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          expiration: Duration.days(props.retentionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: removalPolicyOf(props.removal),
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Secrets in it are masked; CloudTrail covers who reads it.',
    })
    this.deliveryStream = this.deliver(props)
    this.tableName = this.describe(props)
  }

  /** Age in seconds of the oldest record that is not in S3 yet. */
  get freshness(): Metric {
    return this.metric('DeliveryToS3.DataFreshness', 'Maximum')
  }

  metric(metricName: string, statistic: string): Metric {
    return new Metric({
      namespace: 'AWS/Firehose',
      metricName,
      dimensionsMap: { DeliveryStreamName: this.deliveryStream.ref },
      statistic,
      period: Duration.minutes(5),
    })
  }

  private deliver({ logRetentionDays }: ArchiveStoreProps): CfnDeliveryStream {
    const role = new Role(this, 'DeliveryRole', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') })
    const logGroup = new LogGroup(this, 'Log', {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const logStream = new LogStream(this, 'LogStream', { logGroup, removalPolicy: RemovalPolicy.DESTROY })
    allow(
      role,
      {
        sid: 'WriteObjects',
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        wildcard: 'Firehose names the objects',
      },
      {
        sid: 'FindBucket',
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [this.bucket.bucketArn],
      },
      {
        sid: 'WriteLog',
        actions: ['logs:PutLogEvents'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: `log-group:${logGroup.logGroupName}:log-stream:${logStream.logStreamName}`,
          }),
        ],
      },
    )
    const day = '!{timestamp:yyyy-MM-dd}'
    const stream = new CfnDeliveryStream(this, 'Delivery', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `${ARCHIVE_PREFIX}${archivePartition.name}=${day}/`,
        errorOutputPrefix: `errors/!{firehose:error-output-type}/${archivePartition.name}=${day}/`,
        bufferingHints: buffer,
        compressionFormat: 'GZIP',
        fileExtension: '.ndjson.gz',
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    })
    // Without the role's policy the creation of the stream fails.
    stream.node.addDependency(role)
    return stream
  }

  private describe({ stage, retentionDays }: ArchiveStoreProps): string {
    const { account } = Stack.of(this)
    const [databaseName, tableName] = [`h02_${stage}`, 'archive']
    const database = new CfnDatabase(this, 'Database', {
      catalogId: account,
      databaseInput: { name: databaseName, description: `H02 gateway, ${stage}` },
    })
    const location = `s3://${this.bucket.bucketName}/${ARCHIVE_PREFIX}`
    const { name: day } = archivePartition
    const table = new CfnTable(this, 'Table', {
      catalogId: account,
      databaseName,
      tableInput: {
        name: tableName,
        description: 'One row for each event of the log; keep one row of each id',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: day, type: archivePartition.type }],
        parameters: {
          classification: 'json',
          // Partitions are computed, not listed: no crawler is needed to find new days.
          'projection.enabled': 'true',
          [`projection.${day}.type`]: 'date',
          [`projection.${day}.format`]: 'yyyy-MM-dd',
          [`projection.${day}.range`]: `NOW-${retentionDays}DAYS,NOW`,
          'storage.location.template': `${location}${day}=\${${day}}`,
        },
        storageDescriptor: {
          location,
          columns: Object.entries(archiveFields).map(([name, { type, meaning }]) => ({
            name,
            type,
            comment: meaning,
          })),
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
        },
      },
    })
    table.node.addDependency(database)
    return `${databaseName}.${tableName}`
  }
}
