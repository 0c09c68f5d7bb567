import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Worker } from 'node:worker_threads'
import { urlOf } from '../paths.ts'
import type { FromWorker, LambdaError, Start, ToWorker } from './lambda-messages.ts'

/** One execution environment: a worker thread. */
export type Instance = {
  readonly run: (event: string, timeoutMs: number) => Promise<Result>
  readonly close: () => Promise<void>
}

/** `body`: a stream that the function is still writing; it breaks off when the thread ends. */
type Result = { readonly json: string; readonly body: Readable | null }

type Waiting = { readonly resolve: (result: Result) => void; readonly reject: (error: Error) => void }

/**
 * Size of the heap for short-lived objects, MB. By default V8 lets them use 48 MB per thread; 12 cost no measurable
 * time.
 */
const YOUNG_GENERATION_MB = 12
/** Used as request id while the thread starts. */
const STARTING = 'start'

/** AWS's limit for a cold start. A slower thread is started again, within the function's own time limit. */
const INIT_MS = 10_000

/** How long a thread may take to end by itself. */
const END_MS = 1_000

/**
 * Ends a thread. It is first asked to end by itself, because Node 24 aborts the whole process if a thread is stopped while it opens
 * a zlib stream ("close before init"). A thread that is busy or has not started is stopped.
 */
async function end(worker: Worker): Promise<void> {
  const hasEnded = worker.threadId === -1
  if (hasEnded) return
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const message: ToWorker = { kind: 'end' }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(message)
  const stopping = setTimeout(() => void worker.terminate(), END_MS)
  await ended
  clearTimeout(stopping)
}

/** Starts a thread and waits until its bundle is loaded. */
export async function startInstance(
  start: Start,
  env: Readonly<Record<string, string>>,
  {
    onLog,
    onEnd,
    timeoutMs,
  }: {
    readonly onLog: (line: string) => void
    /** Called when the thread ends for any reason, or does not start. */
    readonly onEnd: () => void
    readonly timeoutMs: number
  },
): Promise<Instance> {
  const worker = new Worker(urlOf('cdk/local/stand-ins/lambda-worker.mjs'), {
    workerData: start,
    name: start.name,
    env: { ...env },
    // Not the parent's: flags of a test runner do not concern the function.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    stdout: true,
    stderr: true,
  })
  let alive = true
  const waiting = new Map<string, Waiting>()
  const bodies = new Set<Readable>()
  const toResult = (json: string, stream: ReadableStream | undefined): Result => {
    if (stream === undefined) return { json, body: null }
    const body = Readable.fromWeb(stream)
    bodies.add(body)
    body.once('close', () => bodies.delete(body))
    // The reader gets the error too, but the error may occur before there is a reader.
    body.on('error', () => {})
    return { json, body }
  }
  const settle = (requestId: string, act: (waiting: Waiting) => void): void => {
    const found = waiting.get(requestId)
    waiting.delete(requestId)
    if (found) act(found)
  }
  const failAll = (error: Error): void => {
    alive = false
    onEnd()
    for (const requestId of waiting.keys()) settle(requestId, ({ reject }) => reject(error))
    for (const body of bodies) body.destroy(error)
  }
  for (const input of [worker.stdout, worker.stderr])
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLog)
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') settle(STARTING, ({ resolve }) => resolve(toResult('', undefined)))
    else if (message.kind === 'result') {
      const result = toResult(message.json, message.body as ReadableStream | undefined)
      settle(message.requestId, ({ resolve }) => resolve(result))
    } else if (message.kind === 'error')
      settle(message.requestId, ({ reject }) => reject(toError(message.error)))
    else failAll(toError(message.error))
  })
  worker.on('error', failAll)
  worker.on('exit', (code) =>
    failAll(new Error(`${start.name}: the runtime exited with exit status ${code}`)),
  )

  const answer = (requestId: string, what: string, timeoutMs: number): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (!alive) {
        reject(new Error(`${start.name}: the runtime has exited`))
        return
      }
      // Other events on the thread end too: only a whole thread can be stopped.
      const timer = setTimeout(() => {
        const after = (timeoutMs / 1000).toFixed(2)
        settle(requestId, (late) =>
          late.reject(new Error(`${start.name}: ${what} timed out after ${after} seconds`)),
        )
        failAll(new Error(`${start.name}: the runtime was ended, because another event timed out`))
        void end(worker)
      }, timeoutMs)
      waiting.set(requestId, {
        resolve: (result) => {
          clearTimeout(timer)
          resolve(result)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
    })

  const close = async (): Promise<void> => {
    alive = false
    await end(worker)
  }
  try {
    await answer(STARTING, 'its start', Math.max(INIT_MS, timeoutMs))
  } catch (error) {
    await close()
    throw error
  }
  return {
    run: (event, timeoutMs) => {
      const requestId = randomUUID()
      const result = answer(requestId, 'task', timeoutMs)
      const message: ToWorker = { kind: 'run', event, requestId, deadline: Date.now() + timeoutMs }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(message)
      return result
    },
    close,
  }
}

function toError({ name, message, stack }: LambdaError): Error {
  const error = new Error(message)
  error.name = name
  error.stack = stack
  return error
}
