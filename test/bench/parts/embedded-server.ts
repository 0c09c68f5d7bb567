/** Embedded mode as `npm start` runs it, and what each of its parts uses. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { createLog } from '#shared/log.ts'
import { buildAll } from '../../../cdk/build/bundle.ts'
import { startEmbedded } from '../../../cdk/local/embedded.ts'
import { readRunning, type Running } from '../../../cdk/local/running.ts'
import type { Credentials } from '../../../cdk/local/stand-ins/identities.ts'
import { useOfProcess, type ProcessUse } from '../proc.ts'
import { answerParent } from './part.ts'

export type IotAccess = {
  readonly endpoint: string
  readonly mqttEndpoint: string
  readonly credentials: { readonly control: Credentials; readonly gateway: Credentials }
}

type PartUse = ProcessUse
export type CpuByPart = Readonly<Record<string, number>>
/** Memory: of the gateway its RSS, of ingest the heap of its thread, of the stand-ins the RSS of the process. */
export type Uses = { readonly gateway: PartUse; readonly ingest: PartUse; readonly standIns: PartUse }

/** What the main process holds at a moment. `heapBytes` is of its main thread, after a collection. */
export type Held = {
  readonly mainBytes: number
  readonly gatewayBytes: number
  readonly heapBytes: number
  readonly handles: number
  readonly timers: number
}

const dataDir = process.env.DATA_DIR!

const troubles: string[] = []
const log = createLog({ part: 'local' }, (line) => {
  // Lines of the gateway's own log stand inside lines of level info.
  const isTrouble = !line.includes('"level":"info"') || /\\"level\\":\\"(?:warn|error)/.test(line)
  if (!isTrouble) return
  troubles.push(line.slice(0, 400))
  troubles.splice(0, troubles.length - 100)
})

/** Threads of the functions, by name; each starts with the first event. */
const functions = new Map<string, Worker>()
process.on('worker', (worker) => {
  const name = worker.threadName ?? ''
  worker.on('online', () => functions.set(name, worker))
  worker.on('exit', () => {
    if (functions.get(name) === worker) functions.delete(name)
  })
})

await buildAll()
const embedded = await startEmbedded(
  {
    host: '127.0.0.1',
    tcpPort: Number(process.env.TCP_PORT ?? 0),
    httpPort: 0,
    dataDir,
    batchWindowSeconds: Number(process.env.BATCH_WINDOW_SECONDS),
    events: false,
    webhookPrivate: true,
  },
  log,
  { env: { gateway: JSON.parse(process.env.GATEWAY_ENV ?? '{}') } },
)

const ms = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000

const useOfGateway = (): PartUse => useOfProcess(embedded.gateway.pid())

/** CPU time so far of every part, in ms. `other`: threads of this process that no script runs in (files, collector). */
async function cpuByPart(): Promise<CpuByPart> {
  const parts: Record<string, number> = { gateway: useOfGateway().cpuMs, main: ms(process.threadCpuUsage()) }
  for (const [name, worker] of functions) parts[name] = ms(await worker.cpuUsage())
  const { gateway = 0, ...threads } = parts
  const known = Object.values(threads).reduce((sum, one) => sum + one, 0)
  return { gateway, ...threads, other: Math.max(0, ms(process.cpuUsage()) - known) }
}

async function useOfIngest(): Promise<PartUse> {
  const ingest = functions.get('ingest')
  if (!ingest) return { cpuMs: 0, memoryBytes: 0 }
  const [cpu, heap] = await Promise.all([ingest.cpuUsage(), ingest.getHeapStatistics()])
  return { cpuMs: ms(cpu), memoryBytes: heap.used_heap_size + heap.external_memory }
}

function heldNow(): Held {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  const timers = resources.filter((name) => name === 'Timeout').length
  return {
    mainBytes: rss,
    gatewayBytes: useOfGateway().memoryBytes,
    heapBytes: heapUsed + external,
    handles: resources.length - timers,
    timers,
  }
}

/** Profiles every part but the gateway, until the returned function is called. It writes the profiles. */
async function startProfile(folder: string): Promise<() => Promise<void>> {
  const main = new Session()
  main.connect()
  await main.post('Profiler.enable')
  await main.post('Profiler.start')
  const threads = await Promise.all(
    [...functions].map(async ([name, worker]) => ({ name, handle: await worker.startCpuProfile() })),
  )
  return async () => {
    const { profile } = await main.post('Profiler.stop')
    main.disconnect()
    writeFileSync(join(folder, 'main.cpuprofile'), JSON.stringify(profile))
    for (const { name, handle } of threads)
      writeFileSync(join(folder, `${name}.cpuprofile`), await handle.stop())
  }
}
let endProfile = async (): Promise<void> => {}

answerParent({
  profile: async (folder: string) => {
    endProfile = await startProfile(folder)
  },
  endProfile: () => endProfile(),
  held: heldNow,
  running: (): Running & { adminKey: string } => ({ ...readRunning(dataDir)!, adminKey: embedded.adminKey }),
  uses: async (): Promise<Uses> => ({
    gateway: useOfGateway(),
    ingest: await useOfIngest(),
    standIns: { cpuMs: ms(process.threadCpuUsage()), memoryBytes: process.memoryUsage.rss() },
  }),
  cpu: cpuByPart,
  /** As control reaches IoT Core, and as gateways do. */
  iot: (): IotAccess => ({
    endpoint: embedded.iot.endpoint,
    mqttEndpoint: embedded.iot.mqttEndpoint,
    credentials: {
      control: embedded.credentialsOf('control'),
      gateway: embedded.credentialsOf('gateway'),
    },
  }),
  troubles: () => troubles,
  gatewayPid: () => embedded.gateway.pid(),
  killIngest: () => embedded.ingest.kill(),
  limitPages: embedded.limitPages,
  endpoints: () => embedded.env,
  close: embedded.close,
})
