import { resolve } from 'node:path'
import { startInstance, type Instance } from './lambda-instance.ts'

/** AWS limit of an event and of a result. */
const mostBytes = 6 * 1024 * 1024

export type LambdaOptions = {
  readonly name: string
  /** The bundle. */
  readonly file: string
  readonly handler?: string
  /** The whole environment: nothing of ours is inherited, save PATH and TZ. */
  readonly env: Readonly<Record<string, string>>
  /** Instances at most. Events beyond that wait, where AWS would throttle. */
  readonly concurrency: number
  readonly timeoutMs: number
  readonly memoryMb?: number
  /** Each line the function prints. */
  readonly onLog?: (line: string) => void
}
export type LambdaFunction = {
  /** `goesFirst`: before the events that wait, in an instance more if need be, as it would find one on AWS. */
  readonly invoke: (event: unknown, options?: { readonly goesFirst?: boolean }) => Promise<unknown>
  /** Ends every thread at once, as when a host dies: what runs is rejected, the next event starts a new thread. */
  readonly kill: () => Promise<void>
  /** Waits for what is running, then ends the threads. Events still waiting are rejected. */
  readonly close: () => Promise<void>
}

/** A Lambda function: a small pool of threads, each handling one event at a time, started when needed. */
export function createLambda({
  name,
  file,
  handler = 'handler',
  env,
  concurrency,
  timeoutMs,
  memoryMb = 512,
  onLog = () => {},
}: LambdaOptions): LambdaFunction {
  const start = { file: resolve(file), handler, name, memoryMb }
  const { PATH, TZ } = process.env
  const environment = {
    ...(PATH && { PATH }),
    ...(TZ && { TZ }),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    ...env,
  }
  const idle: Instance[] = []
  const alive = new Set<Instance>()
  const waiting: { readonly take: () => void; readonly reject: (error: Error) => void }[] = []
  const running = new Set<Promise<unknown>>()
  let busy = 0
  let closed = false

  const enter = async (goesFirst: boolean): Promise<void> => {
    if (busy >= concurrency + (goesFirst ? 1 : 0))
      await new Promise<void>((take, reject) => {
        if (goesFirst) waiting.unshift({ take, reject })
        else waiting.push({ take, reject })
      })
    else busy++
  }
  const leave = (): void => {
    const next = busy > concurrency ? undefined : waiting.shift()
    if (next) next.take()
    else busy--
  }

  const run = async (json: string, goesFirst: boolean): Promise<unknown> => {
    await enter(goesFirst)
    try {
      let instance = idle.pop()
      while (instance && !instance.isAlive()) instance = idle.pop()
      instance ??= await startInstance(start, environment, onLog, timeoutMs)
      alive.add(instance)
      try {
        const result = await instance.run(json, timeoutMs)
        checkSize(name, 'result', result)
        return JSON.parse(result) as unknown
      } finally {
        if (instance.isAlive()) idle.push(instance)
        else alive.delete(instance)
      }
    } finally {
      leave()
    }
  }

  return {
    invoke: async (event, { goesFirst = false } = {}) => {
      if (closed) throw new Error(`${name} is closed`)
      const json = JSON.stringify(event ?? null)
      checkSize(name, 'event', json)
      const result = run(json, goesFirst)
      running.add(result)
      try {
        return await result
      } finally {
        running.delete(result)
      }
    },
    kill: async () => {
      const all = [...alive]
      alive.clear()
      await Promise.all(all.map((instance) => instance.close()))
    },
    close: async () => {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new Error(`${name} is closed`))
      await Promise.allSettled(running)
      await Promise.all(idle.splice(0).map((instance) => instance.close()))
    },
  }
}

function checkSize(name: string, what: string, json: string): void {
  const bytes = Buffer.byteLength(json)
  if (bytes > mostBytes)
    throw new Error(`${name}: the ${what} has ${bytes} bytes; Lambda takes ${mostBytes} at most`)
}
