import { setTimeout as sleep } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { topicsOf } from '#shared/domain/topics.ts'
import { createRandom, wholeBetween } from '../../simulator/random.ts'
import { driveOf } from '../acked-tracker.ts'
import { system } from '../shared-system.ts'
import { openFleetTable } from '../fleet-table.ts'
import { until } from '../harness.ts'
import { SmallTracker, type GotCommand } from '../small-tracker.ts'

const seed = Number(process.env.E2E_SEED ?? '20260110')
const DEVICES = 20
const COMMANDS_EACH = 4

/** The bus delivers at least once: repeats carry the same id. */
const concludedEvents = () => {
  const events = system.events.filter(({ detailType }) => detailType === 'Command Concluded')
  return [...new Map(events.map((event) => [event.detail.id, event])).values()]
}
const kindsOf = (command: any): string[] => command.timeline.map(({ kind }: any) => kind)
/** Texts of what the timeline says was written, or perhaps written. */
const writtenIn = (command: any): string[] =>
  command.timeline
    .filter(({ kind }: any) => kind === 'written' || kind === 'write-uncertain')
    .map(({ bytes }: any) => bytes?.text ?? null)

/** Every command has bytes of its own on its device: *HQ bytes name their word, texts their parameters. */
const bodyOf = (n: number, place: number) =>
  place === 2
    ? { intent: 'engine-restore' }
    : { intent: 'overspeed', params: { speedKmh: 60 + n * 5 + place } }
const belongs = (command: any, text: string): boolean =>
  command.intent === 'engine-restore'
    ? text.includes(',S20,') || text.startsWith('941')
    : text.startsWith('122') && text.endsWith(` ${command.params.speedKmh}`)

const topics = topicsOf('local')

/** Notes the reports about these devices and their settlements, because a gateway repeats a report until it is settled. */
function noteReports(ids: readonly string[]) {
  const reportedTo = new Map<string, number>()
  const settledTo = new Map<string, number>()
  const keyOf = ({ commandId, attempt }: any, gatewayId: string): string =>
    `${commandId} ${attempt} ${gatewayId}`
  const raise = (numbers: Map<string, number>, key: string, n: number) =>
    numbers.set(key, Math.max(n, numbers.get(key) ?? 0))
  return {
    /** The answer to a question of control has the number of an earlier report. */
    open: () => [...reportedTo].filter(([key, n]) => n > (settledTo.get(key) ?? 0)),
    reported: (payload: Buffer): void => {
      const { known, n, ...report } = JSON.parse(payload.toString())
      // An adopted command whose write is not known gives way to the next delivery; its report proves nothing, and is not repeated then.
      const proves = known === true && report.facts.written !== 'pending'
      if (proves && ids.includes(report.deviceId)) raise(reportedTo, keyOf(report, report.gatewayId), n)
    },
    settled: ({ topic, payload }: { topic: string; payload: Buffer }): null => {
      const { kind, n, ...message } = JSON.parse(payload.toString())
      if (kind === 'settled') raise(settledTo, keyOf(message, topic.split('/').at(-2)!), n)
      return null
    },
  }
}

/** Loses, doubles, reorders and delays reports of gateways, and counts which of that it did. */
function disturbReports(random: () => number, reports: ReturnType<typeof noteReports>) {
  const met = { drop: 0, double: 0, reorder: 0, late: 0 }
  system.embedded.iot.faults.on(topics.control('+'), reports.settled)
  system.embedded.iot.faults.on(topics.upCommands, ({ payload }) => {
    reports.reported(payload)
    const fate = random()
    if (fate < 0.25) return (met.drop++, 'drop')
    if (fate < 0.45) return (met.double++, 'double')
    if (fate < 0.65) return (met.reorder++, 'reorder')
    if (fate < 0.8) return (met.late++, { delayMs: wholeBetween(random, 10, 1_500) })
    return null
  })
  return met
}

function followReports({ reported, settled }: ReturnType<typeof noteReports>): void {
  system.embedded.iot.faults.on(topics.control('+'), settled)
  system.embedded.iot.faults.on(topics.upCommands, ({ payload }) => {
    reported(payload)
    return null
  })
}

async function orderSome(deviceId: string, n: number, random: () => number): Promise<any[]> {
  const made = []
  for (let place = 0; place < COMMANDS_EACH; place++) {
    made.push(await system.order(deviceId, bodyOf(n, place)))
    await sleep(wholeBetween(random, 0, 800))
  }
  return made
}

/** Each conclusion and correction is on the bus when the sweep finds none that it has still to send. */
async function untilPublished(ids: readonly string[]): Promise<void> {
  const { client, table } = openFleetTable(system.dataDir)
  await until(
    () =>
      client.send(
        new ScanCommand({
          TableName: table,
          FilterExpression: 'attribute_exists(conclusion) AND attribute_exists(dueAt)',
        }),
      ),
    // Other stories share the table.
    ({ Items = [] }) => !Items.some(({ deviceId }) => ids.includes(String(deviceId))),
  )
}

function expectConcludedOnce(command: any, events: ReturnType<typeof concludedEvents>): void {
  const says = JSON.stringify(command, null, 1)
  const first = events.filter(({ detail }) => detail.corrected === false)
  const corrections = events.filter(({ detail }) => detail.corrected === true)
  expect(first, says).toHaveLength(1)
  expect(corrections, says).toHaveLength(kindsOf(command).filter((kind) => kind === 'corrected').length)
  expect(corrections.length, says).toBeLessThan(2)
  // A bus gives no order: a correction is the last word, whenever it comes.
  expect((corrections[0] ?? first[0])!.detail.verdict, says).toBe(command.verdict)
  expect(command.state, says).toBe('concluded')
}

/** `got`: all that its tracker received. */
function expectWrittenAsReported(command: any, got: readonly GotCommand[]): void {
  const says = JSON.stringify(command, null, 1)
  const kinds = kindsOf(command)
  const came = got.filter(({ text }) => belongs(command, text))
  const written = writtenIn(command)
  // Bytes may be lost with their socket, but every received byte must be reported.
  expect(came.length, says + JSON.stringify(came)).toBeLessThanOrEqual(written.length)
  for (const [text, times] of Map.groupBy(came, (one) => one.text)) {
    expect(times, `${says} ${text}`).toHaveLength(1)
  }
  const tries = command.attempts.filter((attempt: any) => attempt.written !== 'no')
  expect(came.length, says + JSON.stringify(came)).toBeLessThanOrEqual(tries.length)
  if (tries.length > 1) expect(kinds, says).toContain('other-dialect')
  if (came.length > 0) expect(command.verdict, says).not.toBe('undelivered')
  if (kinds.includes('reply')) expect(came.length, says).toBeGreaterThan(0)
}

export function twoGateways(): void {
  describe('two gateways, trackers that move between them, reports lost, doubled, reordered and late', () => {
    it(`conclude ${DEVICES} × ${COMMANDS_EACH} commands once, none written twice without a reason (E2E_SEED=${seed})`, async () => {
      const second = await system.embedded.startGateway()
      const ports = [system.embedded.tcpPort, second.tcpPort]
      const trackers: SmallTracker[] = []
      onTestFinished(async () => void (await Promise.all(trackers.map((tracker) => tracker.stop()))))
      const random = createRandom(seed)
      const ids = Array.from({ length: DEVICES }, (_, n) => String(9_170_020_000 + n))
      const reports = noteReports(ids)
      const met = disturbReports(random, reports)
      await system.ask(
        'POST',
        '/v1/devices',
        ids.map((deviceId) => ({ deviceId })),
      )
      let moves = 0
      const side = new Map<string, number>()
      const move = (tracker: SmallTracker): void => {
        const other = 1 - (side.get(tracker.deviceId) ?? 0)
        side.set(tracker.deviceId, other)
        moves++
        // Some leave their old socket open, as when the network is lost.
        tracker.connect([ports[other]!], random() < 0.3 ? 'open' : 'closed')
      }
      /** Texts are answered, *HQ words are not known; some trackers move before, after, or instead of an answer. */
      const onCommand = ({ text }: { text: string }, tracker: SmallTracker): void => {
        const isKnown = !text.startsWith('*')
        const fate = random()
        if (isKnown && fate < 0.75) tracker.answer()
        if (fate < 0.35) return
        move(tracker)
        if (isKnown && fate >= 0.75 && fate < 0.95) setTimeout(() => tracker.answer(), 100)
      }
      for (const [n, deviceId] of ids.entries()) {
        const frames = driveOf(deviceId, 1, Date.now() - 60_000 + n)
        const tracker = new SmallTracker({ deviceId, frames, paceMs: 1_000, onCommand })
        trackers.push(tracker)
        side.set(deviceId, n % 2)
        // The last ones connect when their commands wait already.
        if (n < DEVICES - 5) tracker.connect([ports[n % 2]!])
      }

      const ordered = await Promise.all(ids.map((deviceId, n) => orderSome(deviceId, n, random)))
      for (const [n, tracker] of trackers.slice(-5).entries()) tracker.connect([ports[n % 2]!])
      let isOver = false
      const moving = (async () => {
        while (!isOver) {
          await sleep(wholeBetween(random, 200, 1_000))
          move(trackers[wholeBetween(random, 0, DEVICES - 1)]!)
        }
      })()
      const ended = await Promise.all(ordered.flat().map((command) => system.ended(command)))
      isOver = true
      await moving
      // Reports that were held back or lost could conclude a second time, so each one is delivered and settled first.
      system.embedded.iot.faults.clear()
      followReports(reports)
      await until(
        () => Promise.resolve(reports.open()),
        ({ length }) => length === 0,
      )
      await untilPublished(ids)

      expect(Math.min(...Object.values(met))).toBeGreaterThan(0)
      expect(moves).toBeGreaterThan(DEVICES)
      const reported = Map.groupBy(concludedEvents(), ({ detail }) => String(detail.commandId))
      const commands = await Promise.all(
        ended.map(({ deviceId, commandId }) => system.read(deviceId, commandId)),
      )
      for (const command of commands) {
        expectConcludedOnce(command, reported.get(command.commandId) ?? [])
        const { got } = trackers.find(({ deviceId }) => deviceId === command.deviceId)!
        expectWrittenAsReported(command, got)
      }
      const devicesLeft = await Promise.all(
        ids.map((deviceId) => system.ask('GET', `/v1/devices/${deviceId}/commands?limit=100`)),
      )
      expect(devicesLeft.flatMap(({ items }) => items)).toHaveLength(DEVICES * COMMANDS_EACH)
      // Commands did go over from one gateway to the other while they were open.
      expect(commands.filter((command) => kindsOf(command).includes('adopted')).length).toBeGreaterThan(0)
    })
  })
}
