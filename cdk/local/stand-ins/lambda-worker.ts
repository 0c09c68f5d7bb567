import { parentPort, workerData } from 'node:worker_threads'
import { pathToFileURL } from 'node:url'
import type { FromWorker, LambdaError, Start, ToWorker } from './lambda-messages.ts'

type Handler = (event: unknown, context: object) => unknown

process.setSourceMapsEnabled(true)
const { file, handler, name, memoryMb } = workerData as Start
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const send = (message: FromWorker): void => parentPort!.postMessage(message)

const toError = (error: unknown): LambdaError =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? '' }
    : { name: typeof error, message: String(error), stack: '' }

async function load(): Promise<Handler> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const found = module[handler]
  if (typeof found !== 'function') throw new Error(`${file} exports no function named "${handler}"`)
  return found as Handler
}

const run = await load().catch((error: unknown) => {
  send({ kind: 'broken', error: toError(error) })
  return null
})

if (run) {
  parentPort!.on('message', ({ event, requestId, deadline }: ToWorker) => {
    const context = {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    }
    const answer = async (): Promise<void> => {
      try {
        send({ kind: 'result', json: JSON.stringify((await run(JSON.parse(event), context)) ?? null) })
      } catch (error) {
        send({ kind: 'error', error: toError(error) })
      }
    }
    void answer()
  })
  send({ kind: 'ready' })
}
