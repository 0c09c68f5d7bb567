import { describe, expect, it } from 'vitest'
import { call, until } from '../harness.ts'
import { inOrder, system } from '../shared-system.ts'

const DEVICE_ID = '9170002001'
const secrets = {
  password: '4711',
  phones: ['13912345678', '13987654321'],
  apn: 'iot.example.com',
  apnUser: 'anna',
  apnPassword: 'geheim',
}
const FIRMWARE = 'ST906(70SACD)_TQ_V_2.0 2024/06/07'

const PATH = `/v1/devices/${DEVICE_ID}/probe`
/** Starts a probe; resolves to it when it is done. */
const probed = async (path: string, body?: object): Promise<any> => {
  const { probeId } = await system.ask('POST', path, body)
  return until(
    () => system.ask('GET', `${path}/${probeId}`),
    ({ state }) => state === 'done',
  )
}
const tableOf = ({ items }: any) =>
  Object.fromEntries(items.map((one: any) => [`${one.intent} ${one.dialect}`, one.verdict]))
/** The newest text with this beginning that the tracker sent; empty if there is none. */
const sentBy = (sent: readonly { bytes: Uint8Array }[], start: string): string =>
  sent
    .map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    .findLast((frame) => frame.startsWith(`*HQ,${DEVICE_ID},SMS,${start}`)) ?? ''

export function probe(): void {
  describe('the probe of an st906l', () => {
    const next = inOrder()
    it(
      'returns the values of its profile, and which questions it answers',
      next(async () => {
        await system.register(DEVICE_ID, { password: secrets.password })
        const tracker = await system.drive('st906l', DEVICE_ID, { secrets, intervalSeconds: 15 })
        const probe = await probed(PATH)
        expect(tableOf(probe)).toEqual({
          'read-status text': 'answered',
          'read-firmware text': 'answered',
          'read-state h02': 'unanswered',
          'mileage-read h02': 'unanswered',
          'mileage-read text': 'answered',
          'read-speed-limits h02': 'unanswered',
          // Its model is not known yet: every maker's questions are asked.
          'read-info h02': 'unanswered',
          'read-status-lk h02': 'unanswered',
          'locate-huasuntek h02': 'unanswered',
          // It prints its settings only after a restart.
          'read-config text': 'unanswered',
          'locate text': 'answered',
          'read-phones text': 'answered',
          'read-network text': 'unanswered',
        })
        const status = sentBy(tracker.sent, FIRMWARE + '\n')
        expect(probe.facts).toEqual({
          model: 'ST906',
          firmware: FIRMWARE,
          deviceId: DEVICE_ID,
          mileageMetres: expect.any(Number),
          intervalOnSeconds: 15,
          intervalOffSeconds: 15,
          heartbeatSeconds: 300,
          serverHost: '127.0.0.1',
          serverPort: system.embedded.tcpPort,
          apn: secrets.apn,
          // These change with the drive.
          voltage: Number(/VOLT:([\d.]+)V/.exec(status)![1]),
          gpsFix: /GPS:A/.test(status),
          satellites: Number(/GPS:.-22-(\d+)/.exec(status)![1]),
          gsm: 26,
        })
        const device = await system.ask('GET', `/v1/devices/${DEVICE_ID}`)
        expect(device).toMatchObject({
          seenModel: 'ST906',
          firmware: FIRMWARE,
          commands: { queued: 0, open: null },
        })
      }),
    )

    it(
      'is counted as evidence of the model and firmware, and the catalogue shows it',
      next(async () => {
        const evidence = await system.ask('GET', '/v1/evidence?model=ST906')
        expect(await system.ask('GET', '/v1/evidence')).toEqual({
          kind: 'models',
          models: expect.arrayContaining(['ST906']),
        })
        const named = evidence.items.filter((row: any) => row.firmware === FIRMWARE)
        expect(named.length).toBeGreaterThan(0)
        const { items } = await system.ask('GET', `/v1/devices/${DEVICE_ID}/catalogue`)
        const mileage = items.find((item: any) => item.intent === 'mileage-read')
        expect(mileage.dialects[0].evidence).toMatchObject({ tried: 1, answered: 0 })
      }),
    )

    it(
      'shows more after a restart, and secrets only to keys that may see them',
      next(async () => {
        const { session } = await system.ask('GET', `/v1/devices/${DEVICE_ID}`)
        // RESTART fails now and then (PROTOCOL.md section 5.4).
        for (let now = session; now?.sessionId === session.sessionId;) {
          await system.ended(await system.order(DEVICE_ID, { raw: 'RESTART' }))
          now = (await system.ask('GET', `/v1/devices/${DEVICE_ID}`)).session
        }
        // The next answer might belong to the first question.
        await system.askUntilOwn(DEVICE_ID, { intent: 'read-config' })
        const probe = await probed(PATH)
        expect(tableOf(probe)['read-config text']).toBe('answered')
        expect(probe.facts).toMatchObject({
          mode: 'GPRS',
          powerAlarmOn: true,
          timeZone: 'E00',
          apn: secrets.apn,
        })
        const all = JSON.stringify(probe)
        for (const secret of ['4711', ...secrets.phones, 'anna', 'geheim']) expect(all).toContain(secret)

        const { key } = await system.ask('POST', '/v1/keys', { scopes: ['read'] })
        const headers = { authorization: `Bearer ${key}` }
        const masked = await call(system.embedded, `${PATH}/${probe.probeId}`, { headers })
        expect(masked.body.facts).toEqual(probe.facts)
        const text = JSON.stringify(masked.body)
        expect(text).toContain('MODE:GPRS')
        for (const secret of ['4711', ...secrets.phones, 'anna', 'geheim']) expect(text).not.toContain(secret)
      }),
    )
  })

  describe('a probe of level 2 of an st901l-4g', () => {
    const deviceId = '9170002002'
    const firmware = 'ST901L(4G)_TQ_V_1.3 2023/11/20'
    const path = `/v1/devices/${deviceId}/probe`

    it('writes the current values of the tracker, changes nothing, and shows its answers', async () => {
      await system.drive('st901l-4g', deviceId, { intervalSeconds: 30 })
      // It prints its settings only after a restart.
      const { session } = await system.ask('GET', `/v1/devices/${deviceId}`)
      await system.ended(await system.order(deviceId, { raw: 'RESTART' }))
      await until(
        () => system.ask('GET', `/v1/devices/${deviceId}`),
        (device) => device.session !== null && device.session.sessionId !== session.sessionId,
      )
      let probe: any
      do {
        probe = await probed(path, { level: 2 })
        // A gateway that a busy machine stops for seconds counts as lost. Then the probe is repeated.
      } while (probe.items.some(({ verdict }: any) => verdict === 'unknown'))
      const second = probe.items.filter(({ phase }: any) => phase === 'writes')
      // On a busy machine the gaps between frames vary. Then the gateway does not know that the interval is set already, and
      // watches for it; a reply that misses its window leaves `ok` at null.
      const rowOf = ({ intent, verdict, ok, changed }: any) =>
        verdict === 'confirmed' ? [intent, 'answered', true, changed] : [intent, verdict, ok, changed]
      expect(second.map(rowOf)).toEqual([
        ['interval', 'answered', true, false],
        // Of the first generation.
        ['interval-tracking', 'unanswered', null, false],
        ['interval-on', 'answered', true, false],
        ['interval-off', 'answered', true, false],
        ['gprs-mode', 'answered', true, false],
        ['sleep-off', 'answered', true, false],
        ['time-zone', 'answered', true, false],
        ['overspeed', 'answered', true, false],
        ['power-alarm-on', 'answered', true, false],
        ['read-status', 'answered', true, null],
        ['read-config', 'answered', true, null],
        ['read-network', 'unanswered', null, null],
      ])
      const table = tableOf(probe)
      expect(Object.keys(table).length).toBeGreaterThanOrEqual(21)
      // As the profile has it: the texts of SinoTrack firmware and D1 are answered, and nothing else is.
      const answered = Object.keys(table).filter((row) => table[row] !== 'unanswered')
      expect(answered.toSorted()).toEqual(
        [
          'read-status text',
          'read-firmware text',
          'mileage-read text',
          'read-config text',
          'locate text',
          'read-phones text',
          'interval h02',
          'interval-on text',
          'interval-off text',
          'gprs-mode text',
          'sleep-off text',
          'time-zone text',
          'overspeed text',
          'power-alarm-on text',
        ].toSorted(),
      )
      expect(probe).toMatchObject({ level: 2, phase: 'writes', asked: 24, concluded: 24 })
      expect(probe.facts).toMatchObject({ intervalOnSeconds: 30, intervalOffSeconds: 30, timeZone: 'E00' })
      const { items } = await system.ask('GET', '/v1/evidence?model=ST901L')
      const counted = items.filter((row: any) => row.firmware === firmware).map(({ intent }: any) => intent)
      expect(counted).toEqual(expect.arrayContaining(second.map(({ intent }: any) => intent)))
    })
  })
}
