import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../../cdk/local/running.ts'
import { AckedTracker, driveOf } from '../e2e/acked-tracker.ts'
import { makeDataDir, removeDataDir, until } from '../e2e/harness.ts'
import { printBars } from './bars.ts'
import { startPart, type Part } from './parts/part.ts'
import { say } from './say.ts'
import { quantile } from './timing.ts'

const EVENTS = 10_000
/** Few events each: a device whose event fails twice waits for half a minute. */
const DEVICES = 1_000
const FAILING_SHARE = 0.2
const EVENTS_PER_SECOND = 100
const SECONDS = 30
const WINDOW_SECONDS = 1

type Received = {
  readonly id: string
  readonly deviceId: string
  readonly atMs: number
  readonly sentMs: number
}
type Event = {
  readonly id: string
  readonly time: string
  readonly deviceId: string
  readonly data: { readonly receivedAt: string }
}

/** An event that fails a third time waits for minutes, which is not part of this measurement. */
const MAX_FAILURES_OF_EVENT = 2

/** Answers a share of its requests with 500, and records the accepted ones. */
async function startReceiver(failingShare: number) {
  const failures = new Map<string, number>()
  const received: Received[] = []
  let requests = 0
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    requests++
    const { id, deviceId, data } = JSON.parse(Buffer.concat(parts).toString()) as Event
    const failed = failures.get(id) ?? 0
    if (Math.random() < failingShare && failed < MAX_FAILURES_OF_EVENT) {
      failures.set(id, failed + 1)
      response.writeHead(500).end('not now')
      return
    }
    received.push({ id, deviceId, atMs: Date.now(), sentMs: Date.parse(data.receivedAt) })
    response.writeHead(204).end()
  }
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

type System = Running & { readonly adminKey: string }

async function ask(system: System, path: string, method = 'GET', body?: unknown): Promise<any> {
  const answer = await fetch(system.httpUrl + path, {
    method,
    headers: { authorization: `Bearer ${system.adminKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}

const alarmTypes = ['alarm.raised', 'alarm.cleared']

/** Frames that turn the SOS bit on and off: each is an event. The bit is 0 when the alarm is on. */
const alarmsOf = (deviceId: string, count: number): string[] =>
  driveOf(deviceId, count, Date.now() - 60_000).map((frame, i) =>
    i % 2 === 0 ? frame.replace('FFFFBBFF', 'FFFFBBFD') : frame,
  )

/** Of events of one millisecond history has the order of ids as texts: here it is that of frames. */
const seqOf = (id: string): number => Number(id.split(':')[2])

/** Ids of the events of a device in the order of its frames. */
async function alarmsInHistory(system: System, deviceId: string): Promise<string[]> {
  const path = `/v1/events?deviceId=${deviceId}&type=${alarmTypes.join(',')}&limit=500`
  const { items } = (await ask(system, path)) as { items: Event[] }
  return items
    .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time) || seqOf(a.id) - seqOf(b.id))
    .map(({ id }) => id)
}

type LossResult = {
  readonly expected: number
  readonly missing: number
  readonly outOfOrder: number
  readonly repeats: number
  readonly requests: number
}

async function startSystem(dataDir: string, tcpPort = 0): Promise<{ part: Part; system: System }> {
  const part = startPart('embedded-server', {
    DATA_DIR: dataDir,
    BATCH_WINDOW_SECONDS: '0',
    TCP_PORT: String(tcpPort),
  })
  return { part, system: await part.ask<System>('running') }
}

/** Registers the devices and the webhook. */
async function prepare(system: System, deviceIds: readonly string[], url: string): Promise<void> {
  const devices = deviceIds.map((deviceId) => ({ deviceId }))
  await ask(system, '/v1/devices', 'POST', devices)
  await ask(system, '/v1/webhooks', 'POST', { url, events: alarmTypes })
  // Publishers use the new webhook after some seconds.
  await sleep(4_000)
}

/** Ids of the events by device, once history has them all. */
async function readExpected(
  system: System,
  deviceIds: readonly string[],
  perDevice: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const expected = new Map<string, string[]>()
  for (const deviceId of deviceIds) {
    const found = await until(
      () => alarmsInHistory(system, deviceId),
      (ids) => ids.length >= perDevice,
    )
    expected.set(deviceId, found)
  }
  return expected
}

/** What came, against what history has by device. Repeats do not count for the order. */
function compare(
  received: readonly { readonly id: string; readonly deviceId: string }[],
  expected: ReadonlyMap<string, readonly string[]>,
): Omit<LossResult, 'requests'> {
  const first = Map.groupBy(received, ({ id }) => id)
  const inOrder = Map.groupBy(
    [...first.values()].map(([one]) => one!),
    ({ deviceId }) => deviceId,
  )
  const isInOrder = ([deviceId, ids]: readonly [string, readonly string[]]): boolean =>
    JSON.stringify(inOrder.get(deviceId)?.map(({ id }) => id)) === JSON.stringify(ids)
  const all = [...expected.values()].flat()
  return {
    expected: all.length,
    missing: all.filter((id) => !first.has(id)).length,
    outOfOrder: [...expected].filter((one) => !isInOrder(one)).length,
    repeats: received.length - first.size,
  }
}

/** Events of a fleet for a receiver that fails, while the whole system is killed on the way. */
async function measureLoss({
  events = EVENTS,
  devices = DEVICES,
  kills = 2,
}: { events?: number; devices?: number; kills?: number } = {}): Promise<LossResult> {
  const dataDir = makeDataDir()
  const receiver = await startReceiver(FAILING_SHARE)
  let running = await startSystem(dataDir)
  const { tcpPort } = running.system
  try {
    const ids = Array.from({ length: devices }, (_, i) => String(9_170_100_000 + i))
    await prepare(running.system, ids, receiver.url)
    const perDevice = Math.ceil(events / devices)
    const trackers = ids.map(
      (deviceId) => new AckedTracker(alarmsOf(deviceId, perDevice), { port: () => tcpPort, paceMs: 5 }),
    )
    const areDone = Promise.all(trackers.map((tracker) => tracker.run()))
    for (let kill = 1; kill <= kills; kill++) {
      const share = kill / (kills + 1)
      await until(
        async () => receiver.received.length,
        (count) => count >= events * share * 0.5,
      )
      say(`kill -9 of everything after ${receiver.received.length} deliveries`)
      await running.part.kill()
      running = await startSystem(dataDir, tcpPort)
    }
    await areDone
    say(`${trackers.reduce((sum, { acked }) => sum + acked.length, 0)} frames are acknowledged`)
    const expected = await readExpected(running.system, ids, perDevice)
    const count = [...expected.values()].flat().length
    say(`${count} events are in history, ${receiver.received.length} were delivered`)
    await until(
      async () => new Set(receiver.received.map(({ id }) => id)).size,
      (received) => received >= count,
    )
    return { ...compare(receiver.received, expected), requests: receiver.requests() }
  } finally {
    await running.part.ask('close').catch(() => {})
    await running.part.stop()
    receiver.close()
    removeDataDir(dataDir)
  }
}

/** From the arrival of a frame to that of its event at a receiver that works, ms. */
async function measureDelay(): Promise<readonly number[]> {
  const dataDir = makeDataDir()
  const receiver = await startReceiver(0)
  const part = startPart('embedded-server', {
    DATA_DIR: dataDir,
    BATCH_WINDOW_SECONDS: String(WINDOW_SECONDS),
  })
  try {
    const system = await part.ask<System>('running')
    const ids = Array.from({ length: EVENTS_PER_SECOND }, (_, i) => String(9_170_200_000 + i))
    await ask(
      system,
      '/v1/devices',
      'POST',
      ids.map((deviceId) => ({ deviceId })),
    )
    await ask(system, '/v1/webhooks', 'POST', { url: receiver.url, events: alarmTypes })
    await sleep(4_000)
    // One frame a second of each, spread over the second.
    const trackers = ids.map(async (deviceId, i) => {
      await sleep((i * 1_000) / ids.length)
      const tracker = new AckedTracker(alarmsOf(deviceId, SECONDS), {
        port: () => system.tcpPort,
        paceMs: 1_000,
      })
      await tracker.run()
    })
    await Promise.all(trackers)
    await until(
      async () => receiver.received.length,
      (count) => count >= ids.length * SECONDS,
    )
    return receiver.received.map(({ atMs, sentMs }) => atMs - sentMs)
  } finally {
    await part.ask('close').catch(() => {})
    await part.stop()
    receiver.close()
    removeDataDir(dataDir)
  }
}

export async function run(): Promise<boolean> {
  const { expected, missing, outOfOrder, repeats, requests } = await measureLoss()
  say(`${expected} events, ${requests} requests, ${repeats} repeats`)
  const delays = await measureDelay()
  say(`delay: median ${quantile(delays, 0.5).toFixed(0)} ms, p95 ${quantile(delays, 0.95).toFixed(0)} ms`)
  return printBars([
    { name: 'events of the fleet', value: expected, atLeast: EVENTS },
    { name: 'events that were not delivered', value: missing, atMost: 0 },
    { name: 'devices whose events came out of order', value: outOfOrder, atMost: 0 },
    {
      name: `socket to webhook at ${EVENTS_PER_SECOND} events/s, p95, s beyond the batch window`,
      value: quantile(delays, 0.95) / 1_000 - WINDOW_SECONDS,
      atMost: 2,
    },
  ])
}
