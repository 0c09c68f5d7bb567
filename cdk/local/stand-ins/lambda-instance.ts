import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import type { FromWorker, LambdaError, Start, ToWorker } from './lambda-messages.ts'

/** One execution environment: a worker thread that handles one event at a time. */
export type Instance = {
  readonly run: (event: string, timeoutMs: number) => Promise<string>
  /** False once the thread has ended, for whatever reason. */
  readonly isAlive: () => boolean
  readonly close: () => Promise<void>
}

type Waiting = { readonly resolve: (json: string) => void; readonly reject: (error: Error) => void }

/** A cold start may take so long; one that takes longer is begun again on AWS, within the function's own time. */
const initMs = 10_000

/** Starts a thread and waits until its bundle is loaded. */
export async function startInstance(
  start: Start,
  env: Readonly<Record<string, string>>,
  onLog: (line: string) => void,
  timeoutMs: number,
): Promise<Instance> {
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    workerData: start,
    name: start.name,
    env: { ...env },
    // Not those of the parent: a test runner's flags are none of the function's business.
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  let alive = true
  let waiting: Waiting | null = null
  const settle = (act: (waiting: Waiting) => void): void => {
    const current = waiting
    waiting = null
    if (current) act(current)
  }
  const fail = (error: Error): void => settle(({ reject }) => reject(error))
  for (const input of [worker.stdout, worker.stderr])
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLog)
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') settle(({ resolve }) => resolve(''))
    else if (message.kind === 'result') settle(({ resolve }) => resolve(message.json))
    else fail(toError(message.error))
  })
  worker.on('error', (error) => {
    alive = false
    fail(error)
  })
  worker.on('exit', (code) => {
    alive = false
    fail(new Error(`${start.name}: the runtime exited with exit status ${code}`))
  })

  const answer = (what: string, timeoutMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      if (!alive) {
        reject(new Error(`${start.name}: the runtime has exited`))
        return
      }
      const timer = setTimeout(() => {
        alive = false
        fail(new Error(`${start.name}: ${what} timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`))
        void worker.terminate()
      }, timeoutMs)
      waiting = {
        resolve: (json) => {
          clearTimeout(timer)
          resolve(json)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
    })

  try {
    await answer('its start', Math.max(initMs, timeoutMs))
  } catch (error) {
    alive = false
    await worker.terminate()
    throw error
  }
  return {
    run: (event, timeoutMs) => {
      const result = answer('task', timeoutMs)
      const message: ToWorker = { event, requestId: randomUUID(), deadline: Date.now() + timeoutMs }
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
