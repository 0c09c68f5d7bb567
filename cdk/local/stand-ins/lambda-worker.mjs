// Plain JavaScript, because stripping types would need 16 MB and 0.1 s in each thread.
import { enableCompileCache } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

process.setSourceMapsEnabled(true)
/** @type {import('./lambda-messages.ts').Start} */
const { file, handler, name, memoryMb, compileCache } = workerData
if (compileCache !== null) enableCompileCache(compileCache)
/** @param {import('./lambda-messages.ts').FromWorker} message */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const send = (message) => parentPort.postMessage(message)

/** @returns {import('./lambda-messages.ts').LambdaError} */
const toError = (error) =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? '' }
    : { name: typeof error, message: String(error), stack: '' }

async function load() {
  const module = await import(pathToFileURL(file).href)
  const found = module[handler]
  if (typeof found !== 'function') throw new Error(`${file} exports no function named "${handler}"`)
  return found
}

const run = await load().catch((error) => {
  send({ kind: 'broken', error: toError(error) })
  return null
})

/** @param {import('./lambda-messages.ts').ToWorker & { kind: 'run' }} message */
async function answer({ event, requestId, deadline }) {
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
  try {
    const result = (await run(JSON.parse(event), context)) ?? null
    if (result?.body instanceof ReadableStream) {
      const { body, ...head } = result
      const json = JSON.stringify(head)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      parentPort.postMessage({ kind: 'result', requestId, json, body }, [body])
    } else send({ kind: 'result', requestId, json: JSON.stringify(result) })
  } catch (error) {
    send({ kind: 'error', requestId, error: toError(error) })
  }
}

if (run) {
  /** @param {import('./lambda-messages.ts').ToWorker} message */
  const onMessage = (message) => (message.kind === 'end' ? process.exit(0) : void answer(message))
  parentPort.on('message', onMessage)
  send({ kind: 'ready' })
}
