import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { backOffMs } from '#shared/back-off.ts'
import type { Log } from '#shared/log.ts'
import { gatewayNodeArgs } from '../../container/node-args.ts'
import { printError } from '../print.ts'
import { urlOf } from './paths.ts'

export type GatewayProcess = {
  readonly tcpPort: number
  /** Of the current process. */
  readonly pid: () => number | undefined
  /** SIGKILL, as when a machine dies. Another process is started, as ECS does, unless `restart` is false. */
  readonly kill: (options?: { readonly restart: boolean }) => Promise<void>
  /** SIGTERM; resolves when everything buffered is in the log. */
  readonly close: () => Promise<void>
}

/** A gateway that cannot start is retried, because the program that uses its port may end. */
const restartWaits = { firstMs: 500, maxMs: 30_000 }
const endWithParent = urlOf('cdk/local/end-with-parent.mjs').href

type Started = { readonly child: ChildProcess; readonly tcpPort: number }

/** The gateway in its own process: the same bundle as in the image. */
export async function startGatewayProcess(options: {
  readonly bundle: string
  readonly host: string
  readonly tcpPort: number
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
  /** Called with each line of its log. */
  readonly onLine?: (line: string) => void
}): Promise<GatewayProcess> {
  const over = new AbortController()
  const isOver = (): boolean => over.signal.aborted
  let current = await startOne(options)
  // Keeps the port, even if the first start was given any free one.
  const { tcpPort } = current

  const startAgain = async (): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      await sleep(backOffMs(attempt, restartWaits), undefined, over).catch(() => {})
      if (isOver()) return
      try {
        current = await startOne({ ...options, tcpPort })
        return
      } catch (cause) {
        options.log.error('gateway could not be started again', { attempt, cause })
        if (attempt === 0)
          printError('The gateway ended and cannot be started again yet; still trying.', cause)
      }
    }
  }
  const keepRunning = async (): Promise<void> => {
    while (!isOver()) {
      const [code, signal] = (await once(current.child, 'exit')) as [number | null, string | null]
      if (isOver()) return
      options.log.warn('gateway ended; starting another', { code, signal })
      await startAgain()
    }
  }
  const running = keepRunning()

  return {
    tcpPort,
    pid: () => current.child.pid,
    kill: async ({ restart } = { restart: true }) => {
      if (!restart) over.abort()
      await end(current, 'SIGKILL')
    },
    close: async () => {
      over.abort()
      await end(current, 'SIGTERM')
      await running
      // A gateway that was being started at this moment.
      await end(current, 'SIGTERM')
    },
  }
}

async function end({ child }: Started, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

async function startOne({
  bundle,
  host,
  tcpPort,
  env,
  log,
  onLine = () => {},
}: {
  bundle: string
  host: string
  tcpPort: number
  env: Readonly<Record<string, string>>
  log: Log
  onLine?: (line: string) => void
}): Promise<Started> {
  const compileCache = getCompileCacheDir()
  const child = spawn(process.execPath, [...gatewayNodeArgs, '--import', endWithParent, bundle], {
    env: {
      PATH: process.env.PATH,
      ...(compileCache && { NODE_COMPILE_CACHE: compileCache }),
      ...env,
      TCP_HOST: host,
      TCP_PORT: String(tcpPort),
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const complaints: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    complaints.push(line)
    complaints.splice(0, complaints.length - 20)
    log.warn('gateway', { line })
  })
  const listening = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.info('gateway', { line })
      onLine(line)
      const port = listeningPort(line)
      if (port !== null) resolve(port)
    })
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error(whyNotListening(complaints.join('\n'), host, tcpPort))
  })
  return { child, tcpPort: await Promise.race([listening, ended]) }
}

/** A sentence for the mistakes that people make, else what the gateway printed. */
function whyNotListening(complaints: string, host: string, port: number): string {
  if (complaints.includes('EADDRINUSE'))
    return `port ${port} is taken by another program; choose another with --tcp-port`
  if (complaints.includes('listen EACCES'))
    return `this user may not open port ${port}; choose one above 1023 with --tcp-port`
  const isUnknown = ['ENOTFOUND', 'EAI_AGAIN'].some((code) =>
    complaints.includes(`getaddrinfo ${code} ${host}`),
  )
  if (isUnknown || complaints.includes('listen EADDRNOTAVAIL'))
    return `${host} is not an address of this machine; choose another with --host, such as 0.0.0.0`
  return `the gateway ended before it listened:\n${complaints}`
}

function listeningPort(line: string): number | null {
  if (!line.includes('"listening"')) return null
  const { tcpPort } = JSON.parse(line) as { tcpPort?: unknown }
  return typeof tcpPort === 'number' ? tcpPort : null
}
