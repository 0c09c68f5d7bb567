import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { call, makeDataDir, playUntilAcked, removeDataDir, until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { frameAt } from '../traccar/frame.ts'
import {
  createAedes,
  createMosquitto,
  missingMosquitto,
  observe,
  PASSWORD,
  USER,
  type Broker,
} from './brokers.ts'
import {
  missingHomeAssistant,
  startHomeAssistant,
  type EntityState,
  type HomeAssistant,
} from './home-assistant.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const main = join(import.meta.dirname, '../../cdk/local/main.ts')

/** `npm start -- --demo --mqtt … --traccar-api`. */
async function startGateway(dataDir: string, mqttUrl: string, httpPort: number) {
  const ports = ['--tcp-port', '0', '--http-port', String(httpPort), '--data', dataDir]
  const child = spawn(process.execPath, [main, '--demo', '--traccar-api', ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MQTT_URL: mqttUrl },
  })
  const exited = once(child, 'exit')
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  await Promise.race([
    vi.waitFor(() => expect(said).toContain('curl'), { timeout: 200_000 }),
    exited.then(() => Promise.reject(new Error(`npm start ended: ${said}`))),
  ])
  const read = (line: RegExp): string => line.exec(said)?.[1] ?? ''
  return {
    httpUrl: read(/console +(http\S+)/),
    adminKey: read(/admin key +(\S+)/),
    tcpPort: Number(read(/trackers +\S+:(\d+)/)),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

describe.skipIf(isSkipped('MQTT out and the Traccar API with Home Assistant itself', missingHomeAssistant()))(
  'Home Assistant',
  () => {
    const dataDir = makeDataDir()
    let home: HomeAssistant
    let broker: Broker
    let gateway: Awaited<ReturnType<typeof startGateway>>
    beforeAll(async () => {
      broker = missingMosquitto() === null ? await createMosquitto() : await createAedes()
      await broker.start()
      ;[home, gateway] = await Promise.all([startHomeAssistant(), startGateway(dataDir, broker.url, 0)])
    })
    afterAll(async () => {
      await home?.close()
      await gateway?.stop()
      await broker?.stop()
      removeDataDir(dataDir)
    })

    const find = async (
      entity: string,
      holds: (found: EntityState) => boolean = () => true,
    ): Promise<EntityState> =>
      (await until(
        async () => (await home.states()).find(({ entity_id: id }) => id === entity),
        (found) => found !== undefined && holds(found),
      ))!
    const isKnown = ({ state }: EntityState): boolean => !['unknown', 'unavailable'].includes(state)
    const isOnMap = ({ attributes }: EntityState): boolean =>
      [attributes.latitude, attributes.longitude].every(Number.isFinite)
    const car = 'tracker_9170000101'
    const small = 'tracker_9001000103'

    it('has the cars on its map, with their sensors, alarms, buttons and text field', async () => {
      const port = Number(new URL(broker.url).port)
      const fields = { broker: '127.0.0.1', port, username: USER, password: PASSWORD }
      expect(await home.addIntegration('mqtt', fields)).toMatchObject({ type: 'create_entry' })
      for (const name of [car, small, 'tracker_4109000102'])
        expect(await find(`device_tracker.${name}`, isOnMap)).toMatchObject({
          state: 'not_home',
          attributes: {
            source_type: 'gps',
            speed_kmh: expect.any(Number),
            course: expect.any(Number),
            fix_time: expect.any(String),
          },
        })
      for (const sensor of ['battery', 'voltage', 'speed', 'course'])
        expect(Number((await find(`sensor.${small}_${sensor}`, isKnown)).state)).toBeGreaterThanOrEqual(0)
      expect(Date.parse((await find(`sensor.${small}_last_seen`, isKnown)).state)).toBeGreaterThan(0)
      await find(`binary_sensor.${car}_ignition`, ({ state }) => state === 'on')
      await find(`binary_sensor.${car}_connection`, ({ state }) => state === 'on')
      for (const alarm of ['sos', 'vibration', 'power_cut'])
        await find(`binary_sensor.${car}_alarm_${alarm}`, ({ state }) => state === 'off')
      for (const entity of [`button.${car}_status`, `button.${car}_firmware`, `text.${car}_command`])
        await find(entity, ({ state }) => state === 'unknown')
    })

    it('shows how they move', async () => {
      const { attributes: before } = await find(`device_tracker.${car}`, isOnMap)
      await find(`device_tracker.${car}`, ({ attributes }) => attributes.latitude !== before.latitude)
    })

    it('sends the command of a button, and shows the reply', async () => {
      await home.act('button.press', { entity_id: `button.${car}_status` })
      const { state, attributes } = await find(
        `text.${car}_command`,
        ({ attributes: { verdict } }) => verdict === 'answered',
      )
      expect(state).toBe('read-status')
      expect(attributes).toMatchObject({ reply: expect.stringContaining('9170000101'), problem: null })
      expect(attributes.facts).toMatchObject({ deviceId: '9170000101' })
    })

    it('sends a typed command, and shows why it was refused', async () => {
      const entity = `text.${car}_command`
      const type = (value: string) => home.act('text.set_value', { entity_id: entity, value })
      await type('interval-on seconds=20')
      const { attributes } = await find(entity, ({ state }) => state === 'interval-on')
      expect(attributes).toMatchObject({ verdict: null, problem: expect.stringContaining('only reads') })
      await type('CXZT')
      await find(entity, ({ state, attributes: { verdict } }) => state === 'CXZT' && verdict === 'answered')
      // Of another client: a state of Home Assistant has at most 255 characters.
      const other = await observe(broker.url)
      await other.client.publishAsync('h02/9170000101/command', 'lorem ipsum '.repeat(50), { qos: 1 })
      await find(entity, ({ attributes: { problem } }) => String(problem).includes('is not a command'))
      await other.client.endAsync(true)
    })

    it('shows an alarm of a new tracker, and nothing of the tracker once it is deleted', async () => {
      const deviceId = '9170000940'
      await playUntilAcked(gateway.tcpPort, frameAt(deviceId, Date.now(), { sos: true }))
      await find(`binary_sensor.tracker_${deviceId}_alarm_sos`, ({ state }) => state === 'on')
      const headers = { authorization: `Bearer ${gateway.adminKey}` }
      await call(gateway, `/v1/devices/${deviceId}`, { method: 'DELETE', headers })
      await until(
        () => home.states(),
        (states) => !states.some(({ entity_id: id }) => id.includes(deviceId)),
      )
    })

    it('shows the cars through its Traccar integration, too', async () => {
      const { hostname: host, port } = new URL(gateway.httpUrl)
      const fields = { host, port, username: 'me@example.com', ssl: false, verify_ssl: false }
      const add = (password: string) => home.addIntegration('traccar_server', { ...fields, password })
      // Home Assistant has no other word for a wrong password.
      expect(await add('wrong')).toMatchObject({ type: 'form', errors: { base: 'cannot_connect' } })
      expect(await add(gateway.adminKey)).toMatchObject({ type: 'create_entry' })
      const twin = `device_tracker.${car}_2`
      const { attributes: before } = await find(twin, isOnMap)
      expect(before).toMatchObject({ tracker: 'traccar_server', traccar_id: 9_170_000_101 })
      await find(twin, ({ attributes }) => attributes.latitude !== before.latitude)
    })

    it('shows that the gateway stops, and starts again', async () => {
      const { attributes: before } = await find(`device_tracker.${car}_2`, isOnMap)
      await gateway.stop()
      await find(`device_tracker.${car}`, ({ state }) => state === 'unavailable')
      gateway = await startGateway(dataDir, broker.url, Number(new URL(gateway.httpUrl).port))
      await find(`device_tracker.${car}`, (found) => isKnown(found) && isOnMap(found))
      await find(`device_tracker.${car}_2`, ({ attributes }) => attributes.latitude !== before.latitude)
      expect(home.complaints('mqtt', 'text', 'sensor', 'binary_sensor', 'device_tracker')).toEqual([])
      expect(home.complaints('traccar_server')).toEqual([
        // The wrong key.
        expect.stringContaining('Unable to connect'),
        // Once, when the gateway ended.
        expect.stringContaining('Error while subscribing'),
      ])
    })
  },
)
