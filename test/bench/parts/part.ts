import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { gatewayNodeArgs } from '../../../container/node-args.ts'

/** What a process has used so far. */
export type Usage = {
  /** User and system time of all its threads. */
  readonly cpuMs: number
  /** After a collection, if asked for. */
  readonly rssBytes: number
}

type Answers = Readonly<Record<string, (argument: any) => unknown>>
type Question = { readonly id: number; readonly name: string; readonly argument: unknown }
type Answer = { readonly id: number; readonly result?: unknown; readonly error?: string }

/** A part of a bench in a process of its own, so that its CPU time is its own. */
export type Part = {
  readonly ask: <Result>(name: string, argument?: unknown) => Promise<Result>
  readonly usage: (collect?: boolean) => Promise<Usage>
  readonly stop: () => Promise<void>
  readonly pid: () => number
  /** SIGKILL, as when a machine dies. */
  readonly kill: () => Promise<void>
}

export type StartPart = (name: string, env?: Readonly<Record<string, string>>) => Part

/** Starts parts, and ends all of them together. */
export function createParts(): { readonly start: StartPart; readonly stop: () => Promise<void> } {
  const parts: Part[] = []
  return {
    start: (name, env) => {
      const part = startPart(name, env)
      parts.push(part)
      return part
    },
    stop: async () => {
      await Promise.all(parts.splice(0).map((part) => part.stop()))
    },
  }
}

/** As a gateway runs when it is deployed; the servers it is compared with have the same. */
const nodeArgs = ['--expose-gc', ...gatewayNodeArgs]

/** Starts `parts/<name>.ts`, which calls `answerParent`. It ends with this process, however that ends. */
export function startPart(name: string, env: Readonly<Record<string, string>> = {}): Part {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: [...nodeArgs, ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])],
    serialization: 'advanced',
  })
  const waiting = new Map<number, { resolve: (result: any) => void; reject: (error: Error) => void }>()
  let asked = 0
  child.on('message', ({ id, result, error }: Answer) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(result)
    else one?.reject(new Error(`${name}: ${error}`))
  })
  let isStopping = false
  child.on('exit', (code, signal) => {
    if (!isStopping) console.error(`${name} has ended by itself: ${signal ?? `exit code ${code}`}`)
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended: ${signal ?? code}`))
  })
  const ask = <Result>(question: string, argument?: unknown): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++asked
      waiting.set(id, { resolve, reject })
      child.send({ id, name: question, argument } satisfies Question)
    })
  return {
    ask,
    usage: (collect = false) => ask<Usage>('usage', collect),
    pid: () => child.pid!,
    kill: async () => {
      isStopping = true
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    stop: async () => {
      isStopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

/** A part's side: answers the questions of the bench that started it, and ends with it. */
export function answerParent(answers: Answers): void {
  const all: Answers = { ...answers, usage: readUsage }
  const answer = async ({ id, name, argument }: Question): Promise<void> => {
    try {
      process.send!({ id, result: await all[name]!(argument) } satisfies Answer)
    } catch (error) {
      process.send!({ id, error: error instanceof Error ? error.message : String(error) } satisfies Answer)
    }
  }
  process.on('message', (question: Question) => void answer(question))
  process.on('disconnect', () => process.exit(0))
}

function readUsage(collect: boolean): Usage {
  if (collect) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() }
}
