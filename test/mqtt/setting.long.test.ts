import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { readMqttFile } from '../../cdk/local/mqtt/mqtt-file.ts'
import { readMqttOptions, type MqttOptions } from '../../cdk/mqtt/options.ts'
import { call, makeDataDir, removeDataDir, startForTest, until } from '../e2e/harness.ts'
import { createAedes, observe, PASSWORD } from './brokers.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const PATH = '/local/mqtt'
const DEVICE_ID = '9170000971'
const CONFIG = `homeassistant/device/h02_h02_${DEVICE_ID}/config`

describe('the broker as a setting of embedded mode', () => {
  const dataDir = makeDataDir()
  const file = join(dataDir, 'mqtt.json')
  let broker: Awaited<ReturnType<typeof createAedes>>
  let embedded: Embedded
  let watcher: Awaited<ReturnType<typeof observe>>
  const start = async (mqtt?: MqttOptions): Promise<void> => {
    embedded = await startForTest(dataDir, {}, mqtt === undefined ? {} : { mqtt })
  }
  const ask = (method = 'GET', body?: unknown) => call(embedded, PATH, { method, body })
  const connected = (): Promise<{ status: number; body: any }> => until(ask, ({ body }) => body.connected)
  const holds = (topic: string, wanted: (payload: string | undefined) => boolean) =>
    until(async () => watcher.kept.get(topic), wanted)
  const isThere = (payload: string | undefined): boolean => payload !== undefined
  const isGone = (payload: string | undefined): boolean => payload === undefined
  const maskedUrl = (): string => broker.url.replace(encodeURIComponent(PASSWORD), '***')

  beforeAll(async () => {
    broker = await createAedes()
    await start()
    await call(embedded, '/v1/devices', { method: 'POST', body: { deviceId: DEVICE_ID } })
  })
  afterAll(async () => {
    await embedded?.close()
    removeDataDir(dataDir)
  })
  beforeEach(async () => {
    await broker.start()
    watcher = await observe(broker.url)
  })
  afterEach(async () => {
    expect((await ask('DELETE')).status).toBe(200)
    await watcher.client.endAsync(true)
    await broker.stop()
  })

  it('is set, publishes, survives a restart, and its file is private', async () => {
    expect((await ask()).body).toEqual({ setBy: null, broker: null, connected: false, lastError: null })
    const { status, body } = await ask('PUT', { url: broker.url })
    expect(status, JSON.stringify(body)).toBe(200)
    await connected()
    await holds(CONFIG, isThere)
    const { body: shown } = await ask()
    expect(shown).toEqual({
      setBy: 'api',
      broker: {
        url: maskedUrl(),
        formats: ['home-assistant', 'owntracks'],
        commands: 'reads',
        topic: 'h02',
        discoveryPrefix: 'homeassistant',
      },
      connected: true,
      lastError: null,
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8')).url).toBe(broker.url)

    await embedded.close()
    await holds('h02/status', (status) => status === 'offline')
    expect(watcher.kept.has(CONFIG)).toBe(true)
    await start()
    await holds('h02/status', (status) => status === 'online')
    expect((await connected()).body.broker).toEqual(shown.broker)
  })

  it('is changed: topics move, the masked password is kept for the same broker and user only', async () => {
    await ask('PUT', { url: broker.url })
    await holds(CONFIG, isThere)
    const moved = { url: maskedUrl(), topic: 'cars', discoveryPrefix: 'ha', commands: 'none' }
    expect((await ask('PUT', moved)).body).not.toHaveProperty('warning')
    expect((await connected()).body.broker).toMatchObject(moved)
    await holds(`ha/device/h02_cars_${DEVICE_ID}/config`, isThere)
    for (const topic of [CONFIG, 'h02/status', `h02/${DEVICE_ID}/state`]) await holds(topic, isGone)

    for (const url of [
      maskedUrl().replace('home:', 'other:'),
      maskedUrl().replace('127.0.0.1', 'localhost'),
    ]) {
      const { status, body } = await ask('PUT', { url })
      expect([status, body.errors[0].name]).toEqual([400, '/url'])
    }
    expect((await ask()).body).toMatchObject({ broker: moved, connected: true })
  })

  it('keeps the entities when only what may be sent changes', async () => {
    await ask('PUT', { url: broker.url })
    await holds(CONFIG, isThere)
    const before = watcher.seen.length
    await ask('PUT', { url: maskedUrl(), commands: 'harmless' })
    await connected()
    await holds('h02/status', (status) => status === 'online')
    expect(watcher.seen.slice(before).filter(([, payload]) => payload === '')).toEqual([])
  })

  it.each([
    ['what may be sent', { commands: 'none' }],
    ['the topic', { topic: 'cars' }],
  ])('has one connection to the broker after a change of %s, and none once removed', async (_, change) => {
    /** Beside the watcher. */
    const connections = (wanted: number) =>
      until(
        async () => broker.clients() - 1,
        (count) => count === wanted,
      )
    await ask('PUT', { url: broker.url })
    await connected()
    await connections(1)
    await ask('PUT', { url: maskedUrl(), ...change })
    await connected()
    await connections(1)
    await ask('DELETE')
    await connections(0)
  })

  it('is removed with everything that it published, and its file', async () => {
    await ask('PUT', { url: broker.url })
    await holds(CONFIG, isThere)
    const { status, body } = await ask('DELETE')
    expect([status, body]).toEqual([200, { setBy: null, broker: null, connected: false, lastError: null }])
    const late = await observe(broker.url)
    await late.client.publishAsync('end', 'now', { qos: 1 })
    await until(
      async () => late.seen,
      (seen) => seen.some(([topic]) => topic === 'end'),
    )
    await late.client.endAsync(true)
    expect([...late.kept.keys()]).toEqual(['end'])
    expect(existsSync(file)).toBe(false)
    expect((await call(embedded, '/v1/keys')).body.items).toEqual([])
  })

  it('shows why a broker refuses, and is removed although it is not connected', async () => {
    await ask('PUT', { url: broker.url.replace('home:', 'other:') })
    const { body } = await until(ask, ({ body: now }) => now.lastError !== null)
    expect(body.connected).toBe(false)
    expect(body.lastError.text).toMatch(/not authori[sz]ed|bad user ?name or password/i)
    expect(JSON.stringify(body)).not.toContain('p@ss')
    expect(JSON.stringify(body)).not.toContain(encodeURIComponent(PASSWORD))
    expect((await ask('DELETE')).body).toMatchObject({
      setBy: null,
      warning: expect.stringContaining('not connected'),
    })
  })

  it.each([
    [{}, '/url', /must be like mqtt:/],
    [{ url: 'http://127.0.0.1' }, '/url', /must be like mqtt:/],
    [{ url: 'mqtt://home:100%@127.0.0.1' }, '/url', /must be like mqtt:/],
    [{ url: 7 }, '/url', /must be like mqtt:/],
    [{ url: 'mqtt://h', topic: 'a/b' }, '/topic', /letters, digits/],
    [{ url: 'mqtt://h', topic: null }, '/topic', /letters, digits/],
    [{ url: 'mqtt://h', discoveryPrefix: '#' }, '/discoveryPrefix', /must be a topic/],
    [{ url: 'mqtt://h', formats: [] }, '/formats', /home-assistant and owntracks/],
    [{ url: 'mqtt://h', formats: ['home-assistant,owntracks'] }, '/formats', /home-assistant and owntracks/],
    [{ url: 'mqtt://h', commands: 'dangerous' }, '/commands', /none, reads/],
    [{ url: 'mqtt://h', password: 'x' }, '/password', /is unknown/],
    [{ url: 'mqtt://h:***@x' }, '/url', /type its password again/],
  ])('refuses %j', async (body, name, detail) => {
    const answer = await ask('PUT', body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toEqual([{ in: 'body', name, detail: expect.stringMatching(detail) }])
    expect(existsSync(file)).toBe(false)
  })

  it('refuses a body that is not an object or too large, and other methods', async () => {
    expect((await ask('PUT', [])).status).toBe(400)
    expect((await ask('PUT', { url: 'x'.repeat(20_000) })).status).toBe(413)
    expect((await ask('POST', {})).status).toBe(405)
  })

  it('requires an admin key for all devices', async () => {
    const makeKey = async (body: object): Promise<string> =>
      (await call(embedded, '/v1/keys', { method: 'POST', body })).body.key
    const some = { scopes: ['admin', 'read'], devices: { ids: [DEVICE_ID] } }
    const keys = ['h02_wrong', await makeKey({ scopes: ['read', 'command'] }), await makeKey(some)]
    const statuses = []
    for (const key of keys)
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const headers = { authorization: `Bearer ${key}` }
        statuses.push(
          (await call(embedded, PATH, { method, headers, ...(method === 'PUT' && { body: {} }) })).status,
        )
      }
    expect(statuses).toEqual([401, 401, 401, 403, 403, 403, 403, 403, 403])
    expect((await fetch(embedded.httpUrl + PATH)).status).toBe(401)
    const { body } = await call(embedded, '/v1/keys')
    for (const { keyId } of body.items) await call(embedded, `/v1/keys/${keyId}`, { method: 'DELETE' })
  })

  it('is in the audit, without its password', async () => {
    const from = new Date().toISOString()
    await ask('PUT', { url: broker.url })
    await ask('DELETE')
    const { body } = await until(
      () => call(embedded, `/v1/audit?from=${from}`),
      ({ body: page }) => page.items.some(({ step }: { step: string }) => step === 'mqtt-removed'),
    )
    const [set] = body.items.filter(({ step }: { step: string }) => step === 'mqtt-set')
    expect(set).toMatchObject({ who: 'admin', details: { topic: 'h02', commands: 'reads' } })
    expect(JSON.stringify(body)).not.toContain(encodeURIComponent(PASSWORD))
  })

  it('of the command line has priority, and is read-only', async () => {
    await ask('PUT', { url: broker.url, topic: 'stored' })
    await connected()
    await embedded.close()
    await start(readMqttOptions({ mqtt: broker.url, 'mqtt-topic': 'line' }, {}) as MqttOptions)
    const { body } = await connected()
    expect(body).toMatchObject({ setBy: 'command-line', broker: { url: maskedUrl(), topic: 'line' } })
    for (const method of ['PUT', 'DELETE']) {
      const answer = await ask(method, method === 'PUT' ? { url: broker.url } : undefined)
      expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining('--mqtt')])
    }
    await embedded.close()
    await start()
    expect((await ask()).body).toMatchObject({ setBy: 'api', broker: { topic: 'stored' } })
  })

  it('reports an unusable file, and does not prevent the gateway from starting', async () => {
    await embedded.close()
    writeFileSync(file, `{ "url": "${broker.url}`)
    await start()
    const { body } = await ask()
    expect(body).toMatchObject({
      setBy: null,
      lastError: { text: expect.stringContaining('Set the broker') },
    })
    expect(JSON.stringify(body)).not.toContain(encodeURIComponent(PASSWORD))
    writeFileSync(file, '{ "url": "mqtt://h", "topic": "a b" }')
    expect(readMqttFile(dataDir)).toMatchObject({ problem: expect.stringContaining('topic must be') })
  })
})
