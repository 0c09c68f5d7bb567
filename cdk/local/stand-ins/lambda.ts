import { getCompileCacheDir } from 'node:module'
import { resolve } from 'node:path'
import { startInstance, type Instance } from './lambda-instance.ts'

/** AWS limit of an event and of a result. */
const MAX_BYTES = 6 * 1024 * 1024

export type LambdaOptions = {
  readonly name: string
  /** The bundle. */
  readonly file: string
  readonly handler?: string
  /** The whole environment: only PATH and TZ are inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Maximum number of events handled at the same time. Further events wait, where AWS would throttle. */
  readonly concurrency: number
  /**
   * Events that one thread handles at the same time; 1 by default, as on AWS. A thread needs about 50 MB, so a function
   * whose events need no isolation shares one.
   */
  readonly eventsPerThread?: number
  readonly timeoutMs: number
  /**
   * An event that waits longer than this is never run: its sender gets the answer that nothing was done. By default
   * events wait without limit.
   */
  readonly maxWaitMs?: number
  readonly memoryMb?: number
  /** Called with each line that the function prints. */
  readonly onLog?: (line: string) => void
}
export type LambdaFunction = {
  readonly invoke: (event: unknown) => Promise<unknown>
  /** Ends all threads at once, as when a host dies: running events are rejected, the next event starts a new thread. */
  readonly kill: () => Promise<void>
  /** Waits for running events, then ends the threads. Waiting events are rejected. */
  readonly close: () => Promise<void>
}

/** AWS's name for the refusal when no instance is free. */
export const TOO_MANY_REQUESTS = 'TooManyRequestsException'

/** A Lambda function: a small pool of threads that are started when needed. */
export function createLambda({
  name,
  file,
  handler = 'handler',
  env,
  concurrency,
  eventsPerThread = 1,
  timeoutMs,
  maxWaitMs = Number.POSITIVE_INFINITY,
  memoryMb = 512,
  onLog = () => {},
}: LambdaOptions): LambdaFunction {
  const compileCache = getCompileCacheDir() ?? null
  const start = { file: resolve(file), handler, name, memoryMb, compileCache }
  const { PATH, TZ } = process.env
  const environment = {
    ...(PATH && { PATH }),
    ...(TZ && { TZ }),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    ...env,
  }
  type Thread = { readonly instance: Promise<Instance>; events: number }
  const threads = new Set<Thread>()
  const waiting: { readonly take: () => void; readonly reject: (error: Error) => void }[] = []
  const running = new Set<Promise<unknown>>()
  let busy = 0
  let closed = false

  const enter = async (): Promise<void> => {
    if (busy < concurrency) {
      busy++
      return
    }
    const since = performance.now()
    await new Promise<void>((take, reject) => waiting.push({ take, reject }))
    if (performance.now() - since < maxWaitMs) return
    leave()
    const late = new Error(`${name}: no instance was free in ${maxWaitMs} ms`)
    late.name = TOO_MANY_REQUESTS
    throw late
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next.take()
    else busy--
  }

  const take = (): Thread => {
    for (const thread of threads) if (thread.events < eventsPerThread) return thread
    const onEnd = (): void => void threads.delete(thread)
    const instance = startInstance(start, environment, { onLog, onEnd, timeoutMs })
    const thread: Thread = { instance, events: 0 }
    threads.add(thread)
    return thread
  }
  const run = async (json: string): Promise<unknown> => {
    await enter()
    const thread = take()
    thread.events++
    try {
      const result = await (await thread.instance).run(json, timeoutMs)
      checkSize(name, 'result', result.json)
      const value = JSON.parse(result.json) as unknown
      return result.body === null ? value : { ...(value as object), body: result.body }
    } finally {
      thread.events--
      leave()
    }
  }
  const endThreads = async (): Promise<void> => {
    const all = [...threads]
    threads.clear()
    await Promise.allSettled(all.map(async ({ instance }) => (await instance).close()))
  }

  return {
    invoke: async (event) => {
      if (closed) throw new Error(`${name} is closed`)
      const json = JSON.stringify(event ?? null)
      checkSize(name, 'event', json)
      const result = run(json)
      running.add(result)
      try {
        return await result
      } finally {
        running.delete(result)
      }
    },
    kill: endThreads,
    close: async () => {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new Error(`${name} is closed`))
      await Promise.allSettled(running)
      await endThreads()
    },
  }
}

function checkSize(name: string, what: string, json: string): void {
  const bytes = Buffer.byteLength(json)
  if (bytes > MAX_BYTES)
    throw new Error(`${name}: the ${what} has ${bytes} bytes; Lambda accepts at most ${MAX_BYTES}`)
}
