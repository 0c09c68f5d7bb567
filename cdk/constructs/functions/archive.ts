import { Duration } from 'aws-cdk-lib'
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { ArchiveEnv } from '../../../lambdas/shared/env.ts'
import { ARCHIVE_WINDOW_SECONDS } from '../../schedules.ts'
import { ArchiveStore, type ArchiveStoreProps } from '../data/archive-store.ts'
import type { Data } from '../data/data.ts'
import type { LogStream } from '../data/log-stream.ts'
import { readLog, readLogPermissions } from './log-source.ts'
import { PartFunction, type Common } from './part-function.ts'

type ArchiveProps = Common & ArchiveStoreProps & { readonly data: Data; readonly log: LogStream }

/** A second consumer of the log, which delivers everything decoded to S3 (decisions/0019). */
export class Archive extends Construct {
  readonly part: PartFunction
  readonly source: CfnEventSourceMapping
  readonly store: ArchiveStore

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id)
    const { data, log } = props
    this.store = new ArchiveStore(this, 'Store', props)
    const { deliveryStream } = this.store
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'archive',
      description: 'Delivers the log, decoded, to the archive',
      // CPU is proportional to memory, and the lines of a batch use about 60 MB.
      memoryMb: 512,
      timeout: Duration.minutes(2),
      environment: {
        STAGE: props.stage,
        FLEET_TABLE: data.fleet.tableName,
        DELIVERY_STREAM: deliveryStream.ref,
      } satisfies ArchiveEnv,
      permissions: [
        ...readLogPermissions(log),
        { sid: 'ReadDevices', actions: ['dynamodb:BatchGetItem'], resources: [data.fleet.tableArn] },
        { sid: 'Deliver', actions: ['firehose:PutRecordBatch'], resources: [deliveryStream.attrArn] },
      ],
    })
    this.source = readLog(this.part, { log, windowSeconds: ARCHIVE_WINDOW_SECONDS })
  }
}
