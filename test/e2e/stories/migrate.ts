import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createApiClient } from '../../../cdk/tools/api-client.ts'
import { moveBack } from '../../../cdk/tools/migrate/back.ts'
import { createWayBySms, readSmsRows } from '../../../cdk/tools/migrate/by-sms.ts'
import { createWayByTraccar } from '../../../cdk/tools/migrate/by-traccar.ts'
import { createHere } from '../../../cdk/tools/migrate/here.ts'
import { moveHere, type MoveOptions } from '../../../cdk/tools/migrate/move.ts'
import { runOneByOne } from '../../../cdk/tools/migrate/run.ts'
import type { Way } from '../../../cdk/tools/migrate/way.ts'
import { createTraccarApi } from '../../../cdk/tools/traccar/api.ts'
import { createTracker, type Tracker } from '../../simulator/tracker.ts'
import { startTraccar, TRACCAR_TOKEN } from '../../tools/traccar-stand-in.ts'
import { timeScale } from '../command-system.ts'
import { TEST_ADMIN_KEY, until } from '../harness.ts'
import { closeAtEnd, system } from '../shared-system.ts'

/** Its seconds are scaled to a fiftieth, so that waits for missing answers are short. */
function makeClock() {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    sleep: async (ms: number) => {
      ahead += ms
      await sleep(ms / 50)
    },
  }
}

/** Trackers that report to a Traccar. */
async function startThere(profiles: Readonly<Record<string, string>>) {
  const ids = Object.keys(profiles)
  const traccar = await startTraccar(ids)
  closeAtEnd(traccar.close)
  const trackers = ids.map((deviceId): Tracker => {
    const server = { host: '127.0.0.1', port: traccar.tcpPort }
    return createTracker({ ...server, deviceId, profile: profiles[deviceId]!, timeScale })
  })
  for (const tracker of trackers) {
    closeAtEnd(tracker.stop)
    tracker.start()
  }
  await until(
    async () => ids.every(traccar.isConnected),
    (all) => all,
  )
  const clock = makeClock()
  const here = createHere(createApiClient(system.embedded.httpUrl, TEST_ADMIN_KEY))
  const wayBy = createWayByTraccar(createTraccarApi(traccar.url, TRACCAR_TOKEN), clock)
  const standard: MoveOptions = {
    to: { host: '127.0.0.1', port: system.embedded.tcpPort },
    oldServer: null,
    password: null,
    waitMs: 3_000_000,
    dryRun: false,
    mayRegister: async () => true,
  }
  return {
    traccar,
    ids,
    textsTo: (deviceId: string) =>
      traccar.written.filter(({ uniqueId }) => uniqueId === deviceId).map(({ text }) => text),
    move: async (deviceIds: readonly string[], options: Partial<MoveOptions> = {}, way: Way = wayBy) => {
      const lines: string[] = []
      const parts = { here, way, clock }
      const code = await runOneByOne(
        deviceIds,
        (deviceId, say) => moveHere(deviceId, parts, { ...standard, ...options }, say),
        (line) => void lines.push(line),
      )
      return { code, out: lines.join('\n') }
    },
    back: async (deviceIds: readonly string[]) => {
      const lines: string[] = []
      const options = { oldServer: null, password: null, dryRun: false }
      const code = await runOneByOne(
        deviceIds,
        // The windows of commands are those of the system.
        (deviceId, say) => moveBack(deviceId, { here, clock: { now: Date.now, sleep } }, options, say),
        (line) => void lines.push(line),
      )
      return { code, out: lines.join('\n') }
    },
    deviceHere: (deviceId: string) => system.request('GET', `/v1/devices/${deviceId}`),
  }
}

export function migrate(): void {
  describe('a fleet that is migrated', () => {
    it('moves here one by one, and back to the server that was stored', async () => {
      const [one, other] = ['9170000803', '9170000804']
      const { traccar, move, back, deviceHere, textsTo } = await startThere({
        [one]: 'st906l',
        [other]: 'st904l',
      })
      const old = { host: '127.0.0.1', port: traccar.tcpPort }
      const dry = await move([one], { dryRun: true })
      expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('1 planned') })
      expect([traccar.written, (await deviceHere(one)).status]).toEqual([[], 404])

      const moved = await move([one, other])
      expect(moved).toMatchObject({ code: 0, out: expect.stringContaining('2 done') })
      const sms = `8040000 127.0.0.1 ${traccar.tcpPort}`
      expect(moved.out).toContain(`way back by SMS:      ${sms}`)
      expect(moved.out).toContain(`way back through us:  npm run -s migrate -- --back --ids ${one}`)
      for (const deviceId of [one, other]) {
        const { body } = await deviceHere(deviceId)
        expect(body).toMatchObject({ online: true, cameFrom: { ...old, sms } })
        expect(textsTo(deviceId)).toEqual(['CXZT', `8040000 127.0.0.1 ${system.embedded.tcpPort}`])
      }
      // The second run: all are here, so nothing is sent.
      expect(await move([one, other])).toMatchObject({ code: 0, out: expect.stringContaining('2 done') })
      expect(traccar.written).toHaveLength(4)

      const returned = await back([one])
      expect(returned).toMatchObject({ code: 0, out: expect.stringContaining('sent to 127.0.0.1') })
      expect(returned.out).toContain('confirmed')
      await until(async () => traccar.isConnected(one), Boolean)
      expect((await deviceHere(other)).body.online).toBe(true)
      expect(await back([one])).toMatchObject({ code: 1, out: expect.stringContaining(sms) })
    })

    it('stops after two trackers that do not arrive, and moves no more', async () => {
      const ids = ['9170000811', '9170000812', '9170000813']
      const { move, textsTo, deviceHere } = await startThere(
        Object.fromEntries(ids.map((deviceId) => [deviceId, 'st906l'])),
      )
      // No tracker can connect to this port.
      const { code, out } = await move(ids, { to: { host: '127.0.0.1', port: 1 }, waitMs: 5_000 })
      expect([code, out]).toEqual([
        1,
        expect.stringContaining('Stopped: 2 did not arrive. 1 were not touched.'),
      ])
      expect(textsTo(ids[0]!)).toEqual(['CXZT', '8040000 127.0.0.1 1'])
      expect(textsTo(ids[2]!)).toEqual([])
      // Their old server is stored anyway, and they are not asked again if they cannot be reached.
      expect((await deviceHere(ids[1]!)).body).toMatchObject({
        online: false,
        cameFrom: { host: '127.0.0.1' },
      })
      const again = await move(ids.slice(0, 2))
      expect(again).toMatchObject({ code: 1, out: expect.stringContaining('It was sent here at') })
      expect(textsTo(ids[0]!)).toHaveLength(2)
    })

    it('skips trackers that do not report their server, unless it is given', async () => {
      const deviceId = '9170000821'
      const { traccar, move, textsTo, deviceHere } = await startThere({ [deviceId]: 'cantrack' })
      const { code, out } = await move([deviceId])
      expect([code, out]).toEqual([1, expect.stringContaining('--old-server')])
      expect(textsTo(deviceId)).toEqual(['CXZT', 'RCONF'])
      expect((await deviceHere(deviceId)).body.cameFrom).toBeNull()

      const oldServer = { host: '127.0.0.1', port: traccar.tcpPort }
      // It does not accept 804 either: it stays where it is, and its old server is stored.
      expect(await move([deviceId], { oldServer, waitMs: 5_000 })).toMatchObject({ code: 1 })
      expect((await deviceHere(deviceId)).body).toMatchObject({ online: false, cameFrom: oldServer })
      expect(await move(['9170000829'])).toMatchObject({
        code: 1,
        out: expect.stringContaining('Traccar does not know it'),
      })
    })

    it('moves by SMS texts that a person sends', async () => {
      const deviceId = '9170000831'
      const { traccar, move, deviceHere } = await startThere({ [deviceId]: 'st906l' })
      const sent: string[] = []
      const rows = readSmsRows(
        `deviceId,phone,oldServer\n${deviceId},+15550100,127.0.0.1:${traccar.tcpPort}\n9170000832,,\n`,
      )
      const way = createWayBySms(rows, (line) => {
        sent.push(line)
        // Acts as the person who sends the SMS.
        const api = createTraccarApi(traccar.url, TRACCAR_TOKEN)
        void api.find(deviceId).then((device) => api.sendText(device!, line.split(':  ')[1]!))
      })
      const { out } = await move([deviceId, '9170000832'], {}, way)
      const text = `8040000 127.0.0.1 ${system.embedded.tcpPort}`
      expect(sent).toEqual([`send this SMS to +15550100:  ${text}`])
      expect(out).toContain('1 done, 1 skipped')
      expect((await deviceHere(deviceId)).body).toMatchObject({
        online: true,
        cameFrom: { host: '127.0.0.1' },
      })
    })
  })
}
