import { KinesisClient } from '@aws-sdk/client-kinesis'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { redriveFailures } from './redrive/failures.ts'
import { createInvoke } from './redrive/lambda-invoke.ts'
import { redriveLog } from './redrive/log.ts'
import { redriveNotifications } from './redrive/notifications.ts'
import { targetOfFolder, targetOfStack, redriveDevice } from './redrive/parked-device.ts'
import { readStackOutputs, type Outputs } from './stack-outputs.ts'
import { explain } from './target.ts'

const HELP = `npm run redrive -- <what> [options]     reprocess what failed

<what> is one of
  <device id>     the parked frames of a device, in order. Frames are parked when they cannot be applied to the device's
                  state (a fault of ours; the log names it). Alarms in them are published as late ones
  failures        the failures bucket of a stack: batches to ingest or to the archive, reports to control
  notifications   the queue of notifications that could not be sent, to notify
  log             records from a time on, for ingest, to fill the gap of a restored table; or for the archive (--into archive)

Deploy the corrected version first. What was handled already is recognized and changes nothing.

  --stage prod          the deployed stage, with the credentials of your shell
  --data .data          for a device, without --stage: data folder of a running embedded mode (npm start)
  --retention 365       for a device: days that history is kept (retentionDays of the stack)
  --from TIME           for log: ISO 8601, such as 2026-11-28T10:00:00Z
  --into ingest         for log: ingest or archive (records keep their ids)`

const { values, positionals } = readArgs(HELP, {
  allowPositionals: true,
  options: {
    data: { type: 'string', default: '.data' },
    retention: { type: 'string', default: '365' },
    stage: { type: 'string' },
    from: { type: 'string' },
    into: { type: 'string', default: 'ingest' },
    help: { type: 'boolean' },
  },
})
const [what] = positionals
if (values.help || what === undefined) {
  print(HELP)
  process.exit(values.help ? 0 : 2)
}

const requireOption = (name: 'stage' | 'from'): string => {
  const value = values[name]
  if (value === undefined) throw new Error(`${what} needs --${name}`)
  return value
}
/** The stack's output for each reader of the log. */
const readers = new Map([
  ['ingest', 'IngestFunction'],
  ['archive', 'ArchiveFunction'],
])
const outputs = (): Promise<Outputs> => readStackOutputs(requireOption('stage'))

const onStack: Readonly<Record<string, () => Promise<void>>> = {
  failures: async () => {
    const output = await outputs()
    const count = await redriveFailures({
      s3: new S3Client(),
      bucket: output.require('FailuresBucket'),
      invoke: createInvoke(),
      ingestFunction: output.require('IngestFunction'),
      archiveFunction: output.find('ArchiveFunction'),
      controlFunction: output.require('ControlFunction'),
      onDone: (key) => print(`handled ${key}`),
    })
    print(`${count} objects handled; they stay in the bucket until they are 8 days old`)
  },
  notifications: async () => {
    const output = await outputs()
    const { handled, failures } = await redriveNotifications({
      sqs: new SQSClient(),
      queueUrl: output.require('UndeliveredQueue'),
      invoke: createInvoke(),
      notifyFunction: output.require('NotifyFunction'),
    })
    print(`${handled} notifications handled`)
    if (failures.length > 0)
      throw new Error(`${failures.length} failed again and stay in the queue:\n${failures.join('\n')}`)
  },
  log: async () => {
    const from = new Date(requireOption('from'))
    if (Number.isNaN(from.getTime())) throw new Error(`--from is not a time: "${values.from}"`)
    const reader = readers.get(values.into)
    if (reader === undefined) throw new Error(`--into must be ingest or archive, not "${values.into}"`)
    const output = await outputs()
    const count = await redriveLog({
      // The SDK's default for Kinesis is HTTP/2, which keeps the process alive.
      kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
      stream: output.require('LogStreamName'),
      invoke: createInvoke(),
      reader: output.require(reader),
      from,
    })
    print(`${count} records of the log handled`)
  },
}

async function ofDevice(deviceId: string): Promise<void> {
  const target = values.stage === undefined ? targetOfFolder(values.data) : targetOfStack(await outputs())
  print(`${deviceId}: ${await redriveDevice(deviceId, target, values.retention)} parked frames folded`)
}

try {
  await (onStack[what] ?? (() => ofDevice(what)))()
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  const rest = onStack[what] === undefined ? '\nWhat did not fold is still parked.' : ''
  printError(`${explain(error)}${cause}${rest}`)
  process.exit(1)
}
