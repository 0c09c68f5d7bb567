import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { STATE_SORT_KEY } from '#shared/history/state.ts'
import { readRunning } from '../../../cdk/local/running.ts'
import { AckedTracker, driveOf } from '../acked-tracker.ts'
import { expectWhole } from '../expect-whole.ts'
import { readAll, until } from '../harness.ts'
import { system } from '../shared-system.ts'
import { SmallTracker, type GotCommand } from '../small-tracker.ts'

const makeDrives = (firstId: number, devices: number, frames: number): Map<string, string[]> =>
  new Map(
    Array.from({ length: devices }, (_, n) => {
      const deviceId = String(firstId + n)
      return [deviceId, driveOf(deviceId, frames, Date.now() - 600_000)]
    }),
  )

/** The command reached its tracker once at most, and its verdict says what is known of that. */
function expectNotLost(command: any, got: readonly GotCommand[], answered: ReadonlySet<string>): void {
  const says = JSON.stringify(command, null, 1)
  const text = `1220000 ${command.params.speedKmh}`
  const kinds: string[] = command.timeline.map(({ kind }: any) => kind)
  expect(got.filter((one) => one.text === text).length, says).toBeLessThan(2)
  expect(['answered', 'unanswered', 'unknown'], says).toContain(command.verdict)
  expect(
    kinds.some((kind) => kind === 'written' || kind === 'write-uncertain'),
    says,
  ).toBe(true)
  if (command.verdict === 'answered') expect(answered.has(`${command.deviceId} ${text}`), says).toBe(true)
  else {
    // An answer on a socket that was just closed, or too late to distinguish it from another's, does not count.
    expect(kinds, says).toContain('window-over')
    const replies = command.attempts.map(({ reply }: any) => reply).filter((reply: any) => reply !== null)
    expect(
      replies.every(({ ambiguous }: any) => ambiguous),
      says,
    ).toBe(true)
  }
  if (command.verdict === 'unknown') expect(kinds, says).toContain('write-uncertain')
}

/** Until it is stopped. Says then from how many states it took something away. */
function takeAwayLaterAttributes(deviceIds: readonly string[]): { readonly stop: () => Promise<number> } {
  const { dynamoEndpoint, telemetryTable, credentials } = readRunning(system.dataDir)!
  const raw = new DynamoDBClient({
    endpoint: dynamoEndpoint,
    region: 'us-east-1',
    credentials: credentials!,
  })
  const client = DynamoDBDocumentClient.from(raw)
  let isOver = false
  let takenAway = 0
  const running = (async () => {
    while (!isOver) {
      for (const deviceId of deviceIds) {
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName: telemetryTable,
            Key: { pk: deviceId, sk: STATE_SORT_KEY },
            UpdateExpression: 'REMOVE #on, mo',
            ConditionExpression: 'attribute_exists(f)',
            ExpressionAttributeNames: { '#on': 'on' },
            ReturnValues: 'ALL_OLD',
          }),
        )
        if (Attributes?.on !== undefined) takenAway++
      }
    }
  })()
  return {
    stop: async () => {
      isOver = true
      await running
      raw.destroy()
      return takenAway
    },
  }
}

export function upgrade(): void {
  describe('an upgrade', () => {
    it('gateway: the old task drains under traffic, no frame and no command is lost', async () => {
      const frames = 200
      const drives = makeDrives(9_170_030_000, 12, frames)
      await system.ask(
        'POST',
        '/v1/devices',
        [...drives.keys()].map((deviceId) => ({ deviceId })),
      )
      // Closes its sockets over some seconds, as on AWS over a minute and a half.
      const old = await system.embedded.startGateway({
        DRAIN_ACCEPT_SECONDS: '1',
        DRAIN_CLOSED_BY_SECONDS: '4',
        DRAIN_GONE_BY_SECONDS: '60',
      })
      const ports = [old.tcpPort, system.embedded.tcpPort]
      const trackers: SmallTracker[] = []
      onTestFinished(async () => void (await Promise.all(trackers.map((tracker) => tracker.stop()))))
      const answered = new Set<string>()
      let isClosing = false
      const answer = (tracker: SmallTracker, text: string): void => {
        tracker.answer()
        answered.add(`${tracker.deviceId} ${text}`)
      }
      for (const [n, [deviceId, drive]] of [...drives].entries()) {
        trackers.push(
          new SmallTracker({
            deviceId,
            frames: drive,
            paceMs: 40,
            // The rest is for the time of the upgrade, however long it takes to get there.
            maySend: (acked) => isClosing || acked < frames / 2,
            onCommand: ({ text, socket }, tracker) => {
              // Every third tracker is slow: what it got on its first socket it answers on its next.
              if (n % 3 > 0 || socket > 1) return answer(tracker, text)
              const timer = setInterval(() => {
                if (!tracker.hasMoved) return
                clearInterval(timer)
                answer(tracker, text)
              }, 20)
            },
          }),
        )
      }
      for (const tracker of trackers) tracker.connect(ports)
      await until(
        async () => trackers.map(({ acked }) => acked.length),
        (acked) => Math.min(...acked) > 0,
      )
      const order = (place: number) =>
        Promise.all(
          trackers.map(({ deviceId }, n) =>
            system.order(deviceId, { intent: 'overspeed', params: { speedKmh: 60 + n * 5 + place } }),
          ),
        )
      const first = await order(0)
      const second = await order(1)
      await until(
        async () => trackers.filter(({ got }) => got.length > 0).length,
        (reached) => reached === trackers.length,
      )
      isClosing = true
      const closing = old.close()
      const third = await order(2)
      await closing

      await until(
        async () => trackers.map(({ unacked }) => unacked),
        (left) => Math.max(...left) === 0,
      )
      const drainedLines = await until(
        async () => system.lines.filter((line) => line.includes('\\"drained\\"')),
        (lines) => lines.length > 0,
      )
      expect(drainedLines).toEqual([expect.stringContaining('\\"left\\":0')])
      await expectWhole(system.embedded, drives, trackers)

      const ended = await Promise.all([...first, ...second, ...third].map((command) => system.ended(command)))
      for (const command of ended) {
        const { got } = trackers.find(({ deviceId }) => deviceId === command.deviceId)!
        expectNotLost(command, got, answered)
      }
    })

    /*
     * Every stored format is format 1: nothing before it was ever deployed, and readers refuse any other number. What
     * "the previous version" means today is attributes that came later within format 1: states without `on` (whether the
     * device is online) and `mo` (its registered model). Those are taken away here again and again, as a version that
     * does not know them would.
     */
    it('ingest: two versions read the log at once, everything is stored once', async () => {
      const drives = makeDrives(9_170_040_000, 4, 200)
      const running = [...drives.values()].map(
        (frames) => new AckedTracker(frames, { port: () => system.embedded.tcpPort, paceMs: 10 }),
      )
      const isDone = Promise.all(running.map((tracker) => tracker.run()))
      const ackedSoFar = () => running.reduce((sum, { acked }) => sum + acked.length, 0)
      await until(
        async () => ackedSoFar(),
        (acked) => acked > 100,
      )
      const other = await system.embedded.startIngest('other-ingest-checkpoint')
      const forgetting = takeAwayLaterAttributes([...drives.keys()])
      await isDone
      await until(
        async () => system.embedded.ingest.hasCaughtUp() && other.hasCaughtUp(),
        (both) => both,
      )
      expect(await forgetting.stop()).toBeGreaterThan(0)
      await expectWhole(system.embedded, drives, running)
      for (const deviceId of drives.keys()) {
        const rows = await readAll(system.embedded, `/v1/devices/${deviceId}/frames?order=asc&limit=1000`)
        const places = rows.map(({ sessionId, seq }) => `${sessionId} ${seq}`)
        expect(new Set(places).size).toBe(places.length)
      }
    })
  })
}
