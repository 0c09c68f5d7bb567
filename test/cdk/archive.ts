import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { archiveFields } from '../../lambdas/shared/domain/archive-record.ts'
import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { stack } from './shared-stack.ts'

const destination = () =>
  stack.only('AWS::KinesisFirehose::DeliveryStream').Properties.ExtendedS3DestinationConfiguration
const table = () => stack.only('AWS::Glue::Table').Properties.TableInput

describe('the archive', () => {
  it('reads the log by itself and from its beginning: it stops nothing else, and nothing stops it', () => {
    const archive = stack.only('AWS::Lambda::EventSourceMapping', 'Archive').Properties
    const ingest = stack.only('AWS::Lambda::EventSourceMapping', 'Ingest').Properties
    const { FunctionName, MaximumBatchingWindowInSeconds } = archive
    expect(flatten(FunctionName)).toMatch(/^<ArchivePart/)
    expect(MaximumBatchingWindowInSeconds).toBe(60)
    // All else is as for ingest: tried until the record is about to leave the log, then kept whole in the failures bucket.
    expect({ ...archive, FunctionName: 0, MaximumBatchingWindowInSeconds: 0 }).toEqual({
      ...ingest,
      FunctionName: 0,
      MaximumBatchingWindowInSeconds: 0,
    })
  })

  it('may put records and read devices, and nothing else of tables', () => {
    const { PolicyDocument } = stack.only('AWS::IAM::Policy', 'ArchivePartRole').Properties
    const actions = PolicyDocument.Statement.filter(({ Effect }: any) => Effect === 'Allow').map(
      ({ Sid, Action }: any) => [Sid, [Action].flat().length],
    )
    expect(Object.fromEntries(actions)).toEqual({
      WriteLog: 2,
      ReadLog: 5,
      KeepFailures: 1,
      FindFailures: 1,
      ReadDevices: 1,
      Deliver: 1,
    })
  })

  it('is compressed, by day, apart from what Firehose could not write', () => {
    expect(destination()).toMatchObject({
      CompressionFormat: 'GZIP',
      FileExtension: '.ndjson.gz',
      Prefix: 'records/day=!{timestamp:yyyy-MM-dd}/',
      ErrorOutputPrefix: expect.stringMatching(/^errors\//),
      BufferingHints: { IntervalInSeconds: 900, SizeInMBs: 128 },
      CloudWatchLoggingOptions: { Enabled: true },
    })
    const stream = stack.only('AWS::KinesisFirehose::DeliveryStream')
    expect(stream.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ArchiveStoreDeliveryRoleDefaultPolicy/)]),
    )
  })

  it('has a table whose columns are the fields of a record', () => {
    const columns = table().StorageDescriptor.Columns.map(({ Name, Type }: any) => [Name, Type])
    expect(columns).toEqual(Object.entries(archiveFields).map(([name, { type }]) => [name, type]))
    // Athena folds names to lower case, and some serializers do not.
    for (const [name] of columns) expect(name).toMatch(/^[a-z][a-z_]*$/)
  })

  it('has the columns that the guide explains', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../cdk/OPERATIONS.md'), 'utf8')
    const rows = Object.entries(archiveFields).map(
      ([name, { type, meaning }]) => `| \`${name}\` | ${type} | ${meaning} |\n`,
    )
    expect(guide).toContain(rows.join(''))
  })

  it('has partitions that no one has to add', () => {
    expect(table().PartitionKeys).toEqual([{ Name: 'day', Type: 'string' }])
    const { Location } = table().StorageDescriptor
    expect(table().Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': 'NOW-365DAYS,NOW',
    })
    expect(flatten(Location)).toMatch(/^s3:\/\/<ArchiveStoreBucket\w+>\/records\/$/)
    expect(flatten(table().Parameters['storage.location.template'])).toBe(`${flatten(Location)}day=\${day}`)
    expect(destination().Prefix.startsWith('records/day=')).toBe(true)
    expect(stack.outputs.ArchiveTable!.Value).toBe('h02_test.archive')
  })

  it('goes when history goes, is reached by TLS only, and outlives the stack', () => {
    const bucket = stack.only('AWS::S3::Bucket', 'Archive')
    expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([
      expect.objectContaining({ ExpirationInDays: 365 }),
    ])
    expect(bucket.Properties.PublicAccessBlockConfiguration.BlockPublicPolicy).toBe(true)
    expect(bucket.DeletionPolicy).toBe('RetainExceptOnCreate')
  })

  it('alarms long before Firehose gives records up, which is after 24 hours', () => {
    const { Properties: undelivered } = stack.only('AWS::CloudWatch::Alarm', 'AlarmsArchiveNotDelivered')
    expect(undelivered).toMatchObject({
      Namespace: 'AWS/Firehose',
      MetricName: 'DeliveryToS3.DataFreshness',
      Statistic: 'Maximum',
      Threshold: 3_600,
    })
    const { Properties: late } = stack.only('AWS::CloudWatch::Alarm', 'AlarmsArchiveLate')
    expect(late.Metrics.find(({ Expression }: any) => Expression).Expression).toBe(
      'IF(FILL(age,0) > 3600000 OR (FILL(arrived,0) > 5 AND FILL(archived,0) < 1), 1, 0)',
    )
  })
})
