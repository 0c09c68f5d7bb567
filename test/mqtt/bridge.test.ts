import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startBridge, type Bridge } from '../../cdk/mqtt/bridge.ts'
import { readMqttOptions, type MqttOptions } from '../../cdk/mqtt/options.ts'
import { runBridge } from '../../cdk/mqtt/run-bridge.ts'
import { createApiClient } from '../../cdk/tools/api-client.ts'
import { call, TEST_ADMIN_KEY, until } from '../e2e/harness.ts'
import { startCommandSystem, type CommandSystem } from '../e2e/command-system.ts'
import { isSkipped } from '../skip.ts'
import { createAedes, createMosquitto, missingMosquitto, observe, type Broker } from './brokers.ts'
import { faultsOf } from './home-assistant-fields.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const root = new URL('../../', import.meta.url)
let system: CommandSystem
beforeAll(async () => {
  system = await startCommandSystem()
})
afterAll(() => system?.close())

const holds = (ask: () => any, wanted: (answer: any) => boolean): Promise<any> =>
  until(async () => ask(), wanted)
const isThere = (value: unknown): boolean => value !== null && value !== undefined

const brokers = [
  { name: 'a broker in this process', make: createAedes, missing: null },
  { name: 'Mosquitto', make: createMosquitto, missing: missingMosquitto() },
]
for (const [index, { name, make, missing }] of brokers.entries()) {
  describe.skipIf(isSkipped(`MQTT out with ${name}`, missing))(`MQTT out with ${name}`, () => {
    let broker: Broker
    let watcher: Awaited<ReturnType<typeof observe>>
    let bridges: Bridge[]
    let states: (string | null)[]
    beforeAll(async () => {
      broker = await make()
    })
    beforeEach(async () => {
      bridges = []
      states = []
      await broker.start()
      watcher = await observe(broker.url)
    })
    afterEach(async () => {
      for (const bridge of bridges) await bridge.close()
      await watcher?.client.endAsync(true)
      await broker.stop()
    })
    const start = (values: Parameters<typeof readMqttOptions>[0] = {}, key = TEST_ADMIN_KEY): Bridge => {
      const options = readMqttOptions({ mqtt: broker.url, ...values }, {}) as MqttOptions
      const bridge = runBridge(createApiClient(system.embedded.httpUrl, key), root, {
        options,
        onBroker: (problem) => void states.push(problem),
        onError: (message, cause) => console.error(message, cause),
        times: { reconnectMs: 100, commandPollMs: 100, pauseMs: 50 },
      })
      bridges.push(bridge)
      return bridge
    }
    const nameOf = (deviceId: string): string => `homeassistant/device/h02_h02_${deviceId}/config`

    it('a tracker appears with all its entities, drives, and is removed with its device', async () => {
      const deviceId = `917000096${index}`
      start()
      const tracker = await system.drive('st906l', deviceId, { ignition: 'on' })
      const document = await holds(() => watcher.json(nameOf(deviceId)), isThere)
      expect(faultsOf(document)).toEqual([])
      const place = await holds(() => watcher.json(`h02/${deviceId}/position`), isThere)
      expect(place).toMatchObject({ latitude: expect.any(Number), longitude: expect.any(Number) })
      await holds(
        () => watcher.json(`h02/${deviceId}/position`),
        ({ fix_time: time }) => time !== place.fix_time,
      )
      expect(watcher.json(`h02/${deviceId}/state`)).toMatchObject({ online: true, alarms: [] })
      expect(watcher.json(`owntracks/h02/${deviceId}`)).toMatchObject({
        _type: 'location',
        tid: deviceId.slice(-2),
      })
      expect(watcher.kept.get('h02/status')).toBe('online')
      await tracker.stop()
      await holds(
        () => watcher.json(`h02/${deviceId}/state`),
        ({ online }) => online === false,
      )
      await call(system.embedded, `/v1/devices/${deviceId}`, { method: 'DELETE' })
      await holds(
        () => [...watcher.kept.keys()].filter((topic) => topic.includes(deviceId)),
        (left) => left.length === 0,
      )
    })

    it('a button sends a read, with the reply in the attributes; other commands are refused', async () => {
      const deviceId = `917000097${index}`
      start()
      await system.drive('st906l', deviceId)
      await holds(() => watcher.json(nameOf(deviceId)), isThere)
      const press = (payload: string) =>
        watcher.client.publishAsync(`h02/${deviceId}/command`, payload, { qos: 1 })
      const reply = () => watcher.json(`h02/${deviceId}/reply`)
      await press('read-status')
      const answered = await holds(reply, (now) => now?.verdict === 'answered')
      expect(answered).toMatchObject({ command: 'read-status', problem: null, reply: expect.any(String) })
      await press('interval-on seconds=20')
      expect(await holds(reply, ({ state }) => state === 'refused')).toMatchObject({
        command: 'interval-on',
        problem: expect.stringContaining('only reads'),
      })
      const { body } = await call(system.embedded, `/v1/devices/${deviceId}/commands`)
      expect(body.items.map(({ intent }: { intent: string }) => intent)).toEqual(['read-status'])
    })

    it('a command that the broker retains is not sent at each start', async () => {
      const deviceId = `917000098${index}`
      await system.drive('st906l', deviceId)
      await watcher.client.publishAsync(`h02/${deviceId}/command`, 'read-status', { qos: 1, retain: true })
      start()
      await holds(() => watcher.json(nameOf(deviceId)), isThere)
      await watcher.client.publishAsync(`h02/${deviceId}/command`, 'read-firmware', { qos: 1 })
      await holds(() => watcher.json(`h02/${deviceId}/reply`), isThere)
      const { body } = await call(system.embedded, `/v1/devices/${deviceId}/commands`)
      expect(body.items.map(({ intent }: { intent: string }) => intent)).toEqual(['read-firmware'])
    })

    it('a command that comes before the devices are known waits for them', async () => {
      const deviceId = `917000091${index}`
      await system.drive('st906l', deviceId)
      const pressed = Promise.withResolvers<void>()
      bridges.push(
        startBridge({
          options: readMqttOptions({ mqtt: broker.url }, {}) as MqttOptions,
          version: '1.0.0',
          client: async () => {
            await pressed.promise
            return createApiClient(system.embedded.httpUrl, TEST_ADMIN_KEY)
          },
          onBroker: () => {},
          onError: (message, cause) => console.error(message, cause),
        }),
      )
      const isOnline = (status: unknown): boolean => status === 'online'
      await holds(() => watcher.kept.get('h02/status'), isOnline)
      const topic = `h02/${deviceId}/command`
      await watcher.client.publishAsync(topic, 'read-status', { qos: 1 })
      await holds(
        () => watcher.seen,
        (seen) => seen.some(([name]: [string]) => name === topic),
      )
      pressed.resolve()
      const reply = await holds(() => watcher.json(`h02/${deviceId}/reply`), isThere)
      expect(reply).toMatchObject({ command: 'read-status' })
    })

    it('a broker that lost its retained messages gets them again', async () => {
      const deviceId = `917000099${index}`
      await system.drive('st906l', deviceId)
      start()
      await holds(() => watcher.json(nameOf(deviceId)), isThere)
      await broker.stop()
      await holds(
        () => states.length,
        (count) => count === 2,
      )
      watcher.kept.clear()
      await broker.start()
      const late = await observe(broker.url)
      await holds(() => late.json(nameOf(deviceId)), isThere)
      await holds(
        () => late.kept.get('h02/status'),
        (status) => status === 'online',
      )
      expect(states).toEqual([null, expect.any(String), null])
      await late.client.endAsync(true)
    })

    it('a device that was deleted while it was stopped is removed at the next start', async () => {
      const topic = 'homeassistant/device/h02_h02_999/config'
      const document = { device: {}, origin: {}, components: { tracker: { platform: 'device_tracker' } } }
      await watcher.client.publishAsync(topic, JSON.stringify(document), { qos: 1, retain: true })
      const foreign = 'homeassistant/device/other/config'
      await watcher.client.publishAsync(foreign, JSON.stringify(document), { qos: 1, retain: true })
      start()
      await holds(
        () => watcher.seen,
        (seen) => seen.some(([name, payload]: [string, string]) => name === topic && payload === ''),
      )
      expect(watcher.kept.has(foreign)).toBe(true)
    })

    it('a wrong password is reported without being printed', async () => {
      const options = readMqttOptions({ mqtt: broker.url.replace('home:', 'other:') }, {}) as MqttOptions
      const said = new Promise<string | null>((resolve) => {
        bridges.push(
          runBridge(createApiClient(system.embedded.httpUrl, TEST_ADMIN_KEY), root, {
            options,
            onBroker: resolve,
            onError: () => {},
          }),
        )
      })
      expect(await said).toMatch(/not authori[sz]ed|bad user ?name or password/i)
    })

    it('its API key is deleted at the end, and others see that it is offline', async () => {
      const ownKeys = async (): Promise<string[]> =>
        (await call(system.embedded, '/v1/keys')).body.items
          .filter((key: { name: string | null }) => key.name?.startsWith('MQTT on'))
          .map((key: { keyId: string }) => key.keyId)
      const before = await ownKeys()
      const bridge = start()
      await until(ownKeys, ({ length }) => length === before.length + 1)
      await holds(
        () => watcher.kept.get('h02/status'),
        (status) => status === 'online',
      )
      await bridge.close()
      await holds(
        () => watcher.kept.get('h02/status'),
        (status) => status === 'offline',
      )
      expect(await ownKeys()).toEqual(before)
    })

    it('a key limited to one device publishes one', async () => {
      const [mine, other] = [`917000094${index}`, `917000095${index}`]
      await system.drive('st906l', mine)
      await system.drive('st906l', other)
      await until(
        async () => (await call(system.embedded, '/v1/devices?limit=500')).body.items,
        (items) => [mine, other].every((id) => items.some((one: any) => one.deviceId === id)),
      )
      const { body } = await call(system.embedded, '/v1/keys', {
        method: 'POST',
        body: { scopes: ['read'], devices: { ids: [mine] } },
      })
      expect(body.key).toBeTypeOf('string')
      start({}, body.key)
      await holds(() => watcher.json(nameOf(mine)), isThere)
      expect(watcher.kept.has(nameOf(other))).toBe(false)
    })

    it('npm run mqtt does the same, and is offline once it is killed', async () => {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, '../../cdk/tools/mqtt.ts'), '--url', system.embedded.httpUrl],
        {
          env: { ...process.env, MQTT_URL: broker.url, ADMIN_KEY: TEST_ADMIN_KEY },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      let said = ''
      child.stdout.on('data', (text) => (said += text))
      await holds(
        () => watcher.kept.get('h02/status'),
        (status) => status === 'online',
      )
      await holds(
        () => said,
        (text) => text.includes('Devices are published'),
      )
      expect(said).not.toContain('p@ss')
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      await holds(
        () => watcher.kept.get('h02/status'),
        (status) => status === 'offline',
      )
    })
  })
}

it('MQTT out: an unreachable broker delays nothing else', async () => {
  const options = readMqttOptions({ mqtt: 'mqtt://127.0.0.1:1' }, {}) as MqttOptions
  const problem = await new Promise<string | null>((resolve) => {
    const bridge = runBridge(createApiClient(system.embedded.httpUrl, TEST_ADMIN_KEY), root, {
      options,
      onBroker: (problem) => void bridge.close().then(() => resolve(problem)),
      onError: () => {},
    })
  })
  expect(problem).toMatch(/ECONNREFUSED/)
  await expect(connectAsync('mqtt://127.0.0.1:1', { reconnectPeriod: 0 })).rejects.toThrow()
})
