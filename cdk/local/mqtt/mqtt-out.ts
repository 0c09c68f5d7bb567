import type { Log } from '#shared/log.ts'
import type { Bridge, BridgeParts } from '../../mqtt/bridge.ts'
import { brokerOf, maskUrl, toMqttFields, type MqttFields, type MqttOptions } from '../../mqtt/options.ts'
import { createApiClient } from '../../tools/api-client.ts'
import { urlOf } from '../paths.ts'
import { readMqttFile, removeMqttFile, writeMqttFile } from './mqtt-file.ts'

/** Called with the broker and the reason why it is not connected; null if it is connected. */
export type OnBroker = (broker: string, problem: string | null) => void
type MqttOutState = {
  /** Null if there is no broker. */
  readonly setBy: 'command-line' | 'api' | null
  /** The password of the URL is masked. */
  readonly broker: MqttFields | null
  readonly isConnected: boolean
  /** `at`: ISO 8601. The connection may have recovered since. */
  readonly lastError: { readonly text: string; readonly at: string } | null
}
type Running = { readonly options: MqttOptions; readonly bridge: Bridge }
export type MqttOut = ReturnType<typeof createMqttOut>

/** Publishes devices to a broker: the one of the command line, or else one that is set, changed and removed at run time. */
export function createMqttOut({
  fixed,
  dataDir,
  httpUrl,
  adminKey,
  log,
  onBroker,
  onError,
  now = Date.now,
}: Pick<BridgeParts, 'onError'> & {
  /** The broker of the command line. */
  readonly fixed: MqttOptions | undefined
  readonly dataDir: string
  readonly httpUrl: () => string
  readonly adminKey: string
  readonly log: Log
  readonly onBroker: OnBroker | undefined
  readonly now?: () => number
}) {
  let running: Running | null = null
  /** The problem of the stored file at the start. */
  let fileError: { readonly text: string; readonly at: number } | null = null
  let isEnded = false
  /** Changes are made one after another. */
  let last: Promise<unknown> = Promise.resolve()

  const start = async (options: MqttOptions): Promise<void> => {
    // Loaded only when needed, because the client takes time and memory.
    const { runBridge } = await import('../../mqtt/run-bridge.ts')
    const broker = brokerOf(options)
    const bridge = runBridge(createApiClient(httpUrl(), adminKey), urlOf('.'), {
      options,
      onBroker: (problem) => {
        log.warn('the MQTT broker', { broker, problem: problem ?? 'is connected' })
        onBroker?.(broker, problem)
      },
      onError,
    })
    running = { options, bridge }
  }
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
  /** False: entries on the broker are kept. */
  const stop = async (isForGood: boolean): Promise<boolean> => {
    const stopped = running
    running = null
    if (stopped === null) return true
    if (isForGood) return stopped.bridge.forget()
    await stopped.bridge.close()
    return true
  }

  return {
    /** Starts with the broker of the command line, or with the stored one. */
    start: (): Promise<void> =>
      inTurn(async () => {
        const stored = fixed ?? readMqttFile(dataDir)
        if (stored === null) return
        if (!('problem' in stored)) return start(stored)
        fileError = { text: stored.problem, at: now() }
        onError('the MQTT broker', new Error(stored.problem))
      }),
    isFixed: fixed !== undefined,
    /** The broker with its password; null if there is none. */
    url: (): string | null => running?.options.url ?? null,
    state: (): MqttOutState => {
      const { isConnected = false, lastError = fileError } = running?.bridge.state() ?? {}
      return {
        setBy: running === null ? null : fixed === undefined ? 'api' : 'command-line',
        broker: running && { ...toMqttFields(running.options), url: maskUrl(running.options.url) },
        isConnected,
        lastError: lastError && { text: lastError.text, at: new Date(lastError.at).toISOString() },
      }
    },
    /**
     * The broker is stored first, so that a restart at any time uses it. False: entries on the previous broker could not be
     * removed.
     */
    set: (options: MqttOptions): Promise<boolean> =>
      inTurn(async () => {
        if (isEnded) throw new Error('the gateway is ending')
        writeMqttFile(dataDir, options)
        fileError = null
        const isForgotten = await stop(running !== null && isElsewhere(running.options, options))
        await start(options)
        return isForgotten
      }),
    /** False: entries on the broker could not be removed. */
    remove: (): Promise<boolean> =>
      inTurn(async () => {
        removeMqttFile(dataDir)
        fileError = null
        return stop(true)
      }),
    close: (): Promise<unknown> => {
      isEnded = true
      return inTurn(() => stop(false))
    },
  }
}

/** The new bridge does not look for entries of the old one. */
const isElsewhere = (before: MqttOptions, after: MqttOptions): boolean =>
  new URL(before.url).host !== new URL(after.url).host ||
  before.topic !== after.topic ||
  before.discoveryPrefix !== after.discoveryPrefix
