import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { urlOf } from '../paths.ts'
import type { FromWorker, LambdaError, Start, ToWorker } from './lambda-messages.ts'

/** One execution environment: a worker thread. */
export type Instance = {
  readonly run: (event: string, timeoutMs: number) => Promise<string>
  /** False once the thread has ended, for whatever reason. */
  readonly isAlive: () => boolean
  readonly close: () => Promise<void>
}

type Waiting = { readonly resolve: (json: string) => void; readonly reject: (error: Error) => void }

/**
 * Of the objects that live shortly, MB. By itself V8 lets them take 48 MB in each thread before it frees any; 12 cost no
 * measurable time.
 */
const YOUNG_GENERATION_MB = 12
/** What stands for a request id while the thread starts. */
const STARTING = 'start'

/** A cold start may take so long; one that takes longer is begun again on AWS, within the function's own time. */
const initMs = 10_000

/** Starts a thread and waits until its bundle is loaded. */
export async function startInstance(
  start: Start,
  env: Readonly<Record<string, string>>,
  onLog: (line: string) => void,
  timeoutMs: number,
): Promise<Instance> {
  const worker = new Worker(urlOf('cdk/local/stand-ins/lambda-worker.mjs'), {
    workerData: start,
    name: start.name,
    env: { ...env },
    // Not those of the parent: a test runner's flags are none of the function's business.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    stdout: true,
    stderr: true,
  })
  let alive = true
  const waiting = new Map<string, Waiting>()
  const settle = (requestId: string, act: (waiting: Waiting) => void): void => {
    const found = waiting.get(requestId)
    waiting.delete(requestId)
    if (found) act(found)
  }
  const failAll = (error: Error): void => {
    alive = false
    for (const requestId of waiting.keys()) settle(requestId, ({ reject }) => reject(error))
  }
  for (const input of [worker.stdout, worker.stderr])
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLog)
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') settle(STARTING, ({ resolve }) => resolve(''))
    else if (message.kind === 'result') settle(message.requestId, ({ resolve }) => resolve(message.json))
    else if (message.kind === 'error')
      settle(message.requestId, ({ reject }) => reject(toError(message.error)))
    else failAll(toError(message.error))
  })
  worker.on('error', failAll)
  worker.on('exit', (code) =>
    failAll(new Error(`${start.name}: the runtime exited with exit status ${code}`)),
  )

  const answer = (requestId: string, what: string, timeoutMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      if (!alive) {
        reject(new Error(`${start.name}: the runtime has exited`))
        return
      }
      // What runs beside it ends too: only a thread as a whole can be stopped.
      const timer = setTimeout(() => {
        const after = (timeoutMs / 1000).toFixed(2)
        settle(requestId, (late) =>
          late.reject(new Error(`${start.name}: ${what} timed out after ${after} seconds`)),
        )
        failAll(new Error(`${start.name}: the runtime was ended, because another event timed out`))
        void worker.terminate()
      }, timeoutMs)
      waiting.set(requestId, {
        resolve: (json) => {
          clearTimeout(timer)
          resolve(json)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
    })

  try {
    await answer(STARTING, 'its start', Math.max(initMs, timeoutMs))
  } catch (error) {
    alive = false
    await worker.terminate()
    throw error
  }
  return {
    run: (event, timeoutMs) => {
      const requestId = randomUUID()
      const result = answer(requestId, 'task', timeoutMs)
      const message: ToWorker = { event, requestId, deadline: Date.now() + timeoutMs }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(message)
      return result
    },
    isAlive: () => alive,
    close: async () => {
      alive = false
      await worker.terminate()
    },
  }
}

function toError({ name, message, stack }: LambdaError): Error {
  const error = new Error(message)
  error.name = name
  error.stack = stack
  return error
}
