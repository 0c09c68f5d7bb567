import { signal, type ReadonlySignal } from '@preact/signals'
import type { MqttClient } from 'mqtt'
import type { components } from '../../api/openapi-types.ts'
import { answerOf, Refusal } from '../api/client.ts'
import { api } from './session.ts'
import { createSeqWatch } from './seq-watch.ts'
import { lookBack, type LiveRow, type Terminal } from './terminal.ts'
import { t } from '../text/text.ts'
import { currentTime } from './clock.ts'

/** `live`: rows come as they happen. `polling`: they come later, through the frames route. `connecting`: neither yet. */
export type LiveState = { readonly kind: 'live' | 'polling' | 'connecting'; readonly why: string | null }

type Access = components['schemas']['Live']

/** Another grant is requested well before one ends. Until then a lost connection is opened again with the same URL. */
const GRANT_SECONDS = 900
const RENEW_BEFORE_MS = 60_000
/** Also if the clock of this machine is wrong. */
const MIN_RENEW_MS = 60_000
const POLL_MS = 2_000
const LONG_POLL_EVERY = 30
/** Missed rows are stored within moments, or at the end of a batch window of one or five minutes. */
const gapLooksMs = [2_000, 70_000, 310_000]
const GAP_LOOK_BACK_MS = 900_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000

const mqttOptions = {
  protocolVersion: 4,
  clean: true,
  keepalive: 30,
  reconnectPeriod: 0,
  connectTimeout: 8_000,
  // Its own timers run in a worker made from a blob, which the page's policy forbids.
  timerVariant: 'native',
} as const

/**
 * Watches a device: rows of its live topic are added to the terminal while the page is visible. After an interruption,
 * missed rows are fetched. Without a live connection the frames route is polled every two seconds, and `state` says so.
 */
export function watchLive(terminal: Terminal): {
  readonly state: ReadonlySignal<LiveState>
  readonly stop: () => void
} {
  const state = signal<LiveState>({ kind: 'connecting', why: null })
  const isWhole = createSeqWatch()
  const timers = createTimers()
  const closeGap = createGapLooks(terminal, timers)
  let connection: MqttClient | null = null
  /** The connection of the previous grant, until the new one is subscribed, so that no row is missed in between. */
  let previous: MqttClient | null = null
  let access: Access | null = null
  let failures = 0
  let polls = 0

  const lose = (why: string): void => {
    const lost = [connection, previous]
    connection = previous = null
    for (const one of lost) one?.end(true)
    if (timers.isStopped()) return
    state.value = { kind: 'polling', why }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++)
    timers.later(wait * (0.5 + Math.random() / 2), () => void open())
  }

  const open = async (): Promise<void> => {
    try {
      const used = (access ??= await request())
      const { default: mqtt } = await import('mqtt')
      if (timers.isStopped()) return
      const opened = mqtt.connect(used.url, { ...mqttOptions, clientId: used.clientId })
      previous = connection
      connection = opened
      let wasLive = false
      const failed = (why: string): void => {
        if (connection !== opened) return
        // A URL that failed to open a connection is not tried again.
        if (!wasLive) access = null
        lose(why)
      }
      opened.on('error', (error) => failed(error.message))
      opened.on('close', () => failed(t.terminal.liveLost))
      opened.on('message', (_, payload) => {
        const batch = JSON.parse(payload.toString()) as { rows: LiveRow[] }
        terminal.addLive(batch.rows)
        if (!isWhole(batch.rows)) closeGap()
      })
      opened.on('connect', () => {
        opened.subscribe(used.topic, { qos: 0 }, (error) => {
          if (error) return failed(error.message)
          failures = 0
          wasLive = true
          previous?.end(true)
          previous = null
          state.value = { kind: 'live', why: null }
          // Subscribed first, then missed rows are fetched: a row that comes twice is shown once. The newest rows are
          // not stored yet.
          void terminal.catchUp(lookBack.long)
          closeGap()
        })
      })
    } catch (error) {
      // Without permission, or on an installation without a live view, retrying is useless.
      if (error instanceof Refusal && error.status < 500)
        state.value = { kind: 'polling', why: error.message }
      else lose(error instanceof Error ? error.message : String(error))
    }
  }

  /** Requests a grant, which must be replaced before it ends: nothing is published on its topic afterwards. */
  const request = async (): Promise<Access> => {
    const { granted, lastsMs } = await requestGrant(terminal.deviceId)
    timers.later(Math.max(MIN_RENEW_MS, lastsMs - RENEW_BEFORE_MS), () => {
      if (access !== granted) return
      access = null
      if (connection !== null) void open()
    })
    return granted
  }

  const poll = async (): Promise<void> => {
    if (state.value.kind !== 'live' && !document.hidden)
      await terminal.catchUp(polls++ % LONG_POLL_EVERY === 0 ? lookBack.long : lookBack.short)
    timers.later(POLL_MS, () => void poll())
  }

  void open()
  void poll()
  return {
    state,
    stop: () => {
      timers.stop()
      connection?.end(true)
      previous?.end(true)
    },
  }
}

/** Work for later, until it is stopped. */
function createTimers() {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let isStopped = false
  return {
    isStopped: () => isStopped,
    later: (ms: number, work: () => void): void => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        if (!isStopped) work()
      }, ms)
      timers.add(timer)
    },
    stop: () => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** To be called at each gap: the live topic may lose messages, and a gateway drops rows that wait for a slow link. */
function createGapLooks(terminal: Terminal, { later }: ReturnType<typeof createTimers>): () => void {
  const looking = new Set<number>()
  let gaps = 0
  /** Fetches missing rows after they are stored; a gap that occurs in the meantime triggers another fetch. */
  const lookAfter = (ms: number): void => {
    if (looking.has(ms)) return
    looking.add(ms)
    const since = gaps
    later(ms, () => {
      looking.delete(ms)
      void terminal.catchUp(GAP_LOOK_BACK_MS)
      if (gaps > since) lookAfter(ms)
    })
  }
  return () => {
    gaps++
    gapLooksMs.forEach(lookAfter)
  }
}

async function requestGrant(
  deviceId: string,
): Promise<{ readonly granted: Access; readonly lastsMs: number }> {
  const params = { path: { deviceId } }
  const body = { seconds: GRANT_SECONDS }
  const granted = await answerOf(api.POST('/v1/devices/{deviceId}/live', { params, body }))
  // A key that expires soon gets less time than requested.
  const lastsMs = Math.min(GRANT_SECONDS * 1_000, Date.parse(granted.expiresAt) - currentTime())
  return { granted, lastsMs }
}
