import { startEventSource } from '../../../cdk/local/stand-ins/event-source.ts'
import { createStream, startKinesis } from '../../../cdk/local/stand-ins/kinesis.ts'

// A log and a function that prints what it is given, one line per batch.
const [path, stream, checkpointFile] = process.argv.slice(2) as [string, string, string]
const { endpoint } = await startKinesis({ path })
await createStream(endpoint, stream)
console.log(endpoint)
await startEventSource({
  endpoint,
  stream,
  checkpointFile,
  pollMs: 5,
  batchSize: 50,
  invoke: async (event) => {
    const { Records } = event as { Records: { kinesis: { data: string } }[] }
    const texts = Records.map(({ kinesis: { data } }) => Buffer.from(data, 'base64').toString())
    await new Promise<void>((resolve) => process.stdout.write(`${texts.join(',')}\n`, () => resolve()))
  },
})
