import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startCommandSystem, type CommandSystem } from './command-system.ts'
import { dial, playPast } from './diagnosis/past-gateway.ts'
import { past, pastSteps, v1 } from './diagnosis/scenarios.ts'
import { call, play, until } from './harness.ts'

const MINUTE_MS = 60_000
const FAR_ADDRESS = '127.20.0.1'

let system: CommandSystem
const open: Socket[] = []

const diagnose = async (deviceId: string) => system.ask('GET', `/v1/devices/${deviceId}/diagnosis`)
const awaitVerdict = async (deviceId: string, verdict: string) =>
  until(
    () => call(system.embedded, `/v1/devices/${deviceId}/diagnosis`),
    ({ body }) => body.verdict === verdict,
  ).then(({ body }) => body)

/** A tracker that stays connected after its frames. */
async function stay(from: string, frames: readonly string[]): Promise<Socket> {
  const socket = await dial(system.embedded.tcpPort, from)
  open.push(socket)
  for (const frame of frames) {
    socket.write(frame)
    await once(socket, 'data')
  }
  return socket
}

beforeAll(async () => {
  system = await startCommandSystem({ registration: 'registered' })
  const { asleep, supplyCut, signalFell, network, notKnown, localTime } = past
  const ids = [asleep, supplyCut, signalFell, ...network, notKnown, localTime]
  await Promise.all(ids.map((deviceId) => system.register(deviceId)))
  const now = Date.now()
  const steps = pastSteps(now)
  await playPast(system, steps, now)
  for (const deviceId of ids) {
    const last = steps.findLast((step) => step.deviceId === deviceId)!.at
    await until(
      () => call(system.embedded, `/v1/devices/${deviceId}`),
      ({ body }) => Date.parse(body.lastSeen) >= last && !body.online,
    )
  }
}, 120_000)

afterAll(async () => {
  for (const socket of open) socket.destroy()
  await system.close()
})

describe('the diagnosis of a tracker that fell silent', () => {
  it.each([
    ['asleep', past.asleep],
    ['supply-cut', past.supplyCut],
    ['signal-fell', past.signalFell],
    ['network-silent', past.network[0]],
    ['network-silent', past.network[3]],
    ['not-known', past.notKnown],
  ])('is %s', async (verdict, deviceId) => {
    const { evidence, whatToDo, ...diagnosis } = await diagnose(deviceId)
    expect(diagnosis).toMatchObject({ deviceId, verdict })
    expect(evidence.length).toBeGreaterThan(0)
    expect(whatToDo.length).toBeGreaterThan(0)
    const silentSince = Date.now() - 40 * MINUTE_MS
    for (const { at } of evidence) expect(Date.parse(at)).toBeLessThan(silentSince)
  })

  it('counts only trackers that the key may see', async () => {
    const [first, second] = past.network
    const devices = [first, second]
    const { key } = await system.ask('POST', '/v1/keys', { scopes: ['read'], devices: { ids: devices } })
    const { body } = await system.request('GET', `/v1/devices/${first}/diagnosis`, { apiKey: key })
    expect(body.verdict).toBe('not-known')
    expect(JSON.stringify(body)).not.toContain('127.14.0.0/16')
    expect((await diagnose(first)).evidence[0].text).toContain('4 of 4 trackers of 127.14.0.0/16')
  })
})

describe('the diagnosis of a tracker that could not connect', () => {
  it('is never-dialled-in', async () => {
    await system.register('9172000001')
    expect(await diagnose('9172000001')).toMatchObject({ verdict: 'never-dialled-in' })
  })

  it('is unknown-id, for the id itself and for the IMEI that contains it', async () => {
    await play(system.embedded.tcpPort, [Buffer.from(v1('9172000002', Date.now()))])
    expect(await awaitVerdict('9172000002', 'unknown-id')).toMatchObject({
      evidence: [{ kind: 'unknown-id' }],
    })
    await system.register('359339172000002')
    expect((await diagnose('359339172000002')).evidence[0].text).toContain('9172000002 dialled in')
    expect((await diagnose('359339172000002')).verdict).toBe('unknown-id')
  })

  it('is unknown-id for a tracker heard under its short id', async () => {
    const deviceId = '9172000006'
    await system.register(deviceId)
    await play(system.embedded.tcpPort, [Buffer.from(v1(deviceId, Date.now()))])
    await until(
      () => call(system.embedded, `/v1/devices/${deviceId}`),
      ({ body }) => body.lastSeen !== null && !body.online,
    )
    await play(system.embedded.tcpPort, [Buffer.from(v1(`35933${deviceId}`, Date.now()))])
    const { evidence } = await awaitVerdict(deviceId, 'unknown-id')
    expect(evidence).toMatchObject([{ code: 'not-registered', values: { deviceId: `35933${deviceId}` } }])
  })

  it('is other-id for a device whose tracker is registered under a related id', async () => {
    const [shortId, imei] = ['9172000007', '359339172000007']
    await Promise.all([shortId, imei].map((deviceId) => system.register(deviceId)))
    expect(await diagnose(imei)).toMatchObject({ verdict: 'never-dialled-in' })
    await play(system.embedded.tcpPort, [Buffer.from(v1(shortId, Date.now()))])
    const found = await awaitVerdict(imei, 'other-id')
    expect(found.evidence).toMatchObject([{ code: 'heard-as', values: { deviceId: shortId } }])
    const { key } = await system.ask('POST', '/v1/keys', { scopes: ['read'], devices: { ids: [imei] } })
    const { body } = await system.request('GET', `/v1/devices/${imei}/diagnosis`, { apiKey: key })
    expect(body.verdict).toBe('never-dialled-in')
  })

  it('is other-id for a short id whose tracker is registered under its IMEI', async () => {
    const [shortId, imei] = ['9172000008', '359339172000008']
    await Promise.all([shortId, imei].map((deviceId) => system.register(deviceId)))
    await play(system.embedded.tcpPort, [Buffer.from(v1(imei, Date.now()))])
    const { evidence } = await awaitVerdict(shortId, 'other-id')
    expect(evidence).toMatchObject([{ code: 'heard-as', values: { deviceId: imei } }])
  })

  it('is other-protocol, by the IMEI in a GT06 login', async () => {
    await system.register('359339172000003')
    const login = Buffer.from('78780d01035933917200000300018cdd0d0a', 'hex')
    await play(system.embedded.tcpPort, [login])
    const { evidence } = await awaitVerdict('359339172000003', 'other-protocol')
    expect(evidence[0].text).toContain('GT06')
  })

  it('is http-port', async () => {
    await system.register('9172000004')
    await play(Number(new URL(system.embedded.httpUrl).port), [Buffer.from(v1('9172000004', Date.now()))])
    expect(await awaitVerdict('9172000004', 'http-port')).toMatchObject({ evidence: [{ kind: 'stray' }] })
  })

  it('is source-refused', async () => {
    await system.register('9172000005', { sources: ['203.0.113.0/24'] })
    await play(system.embedded.tcpPort, [Buffer.from(v1('9172000005', Date.now()))])
    const { evidence } = await awaitVerdict('9172000005', 'source-refused')
    expect(evidence[0].text).toContain('127.0.0.1')
  })

  it('is not found for an id that is unknown', async () => {
    expect((await call(system.embedded, '/v1/devices/9172999999/diagnosis')).status).toBe(404)
  })
})

describe('the diagnosis of a tracker that is connected', () => {
  it('is online', async () => {
    await system.register('9173000001')
    await stay(FAR_ADDRESS, [v1('9173000001', Date.now())])
    expect(await awaitVerdict('9173000001', 'online')).toMatchObject({ whatToDo: [], since: null })
  })

  it('is clock-wrong, for an impossible year', async () => {
    await system.register('9173000002')
    const longAgo = Date.UTC(2000, 0, 6)
    const frames = [1, 2, 3].map((minute) => v1('9173000002', longAgo + minute * MINUTE_MS))
    await stay(FAR_ADDRESS, frames)
    expect((await awaitVerdict('9173000002', 'clock-wrong')).evidence).toHaveLength(3)
  })

  it('is clock-wrong, for local time instead of UTC', async () => {
    const twoHoursBehind = v1(past.localTime, Date.now() - 120 * MINUTE_MS)
    await stay(FAR_ADDRESS, [twoHoursBehind])
    expect((await awaitVerdict(past.localTime, 'clock-wrong')).evidence[0].text).toContain(
      '120 minutes behind',
    )
  })

  it('is left-after-set-server', async () => {
    await system.register('9173000004')
    const elsewhere = await listenNowhere()
    onTestFinished(elsewhere.close)
    await system.drive('st906l', '9173000004')
    await system.order('9173000004', {
      intent: 'set-server',
      params: { host: '127.0.0.1', port: elsewhere.port },
      confirm: true,
    })
    const { evidence } = await awaitVerdict('9173000004', 'left-after-set-server')
    expect(evidence[0].text).toContain(`127.0.0.1:${elsewhere.port}`)
  })
})

/** A server that takes connections and says nothing. */
async function listenNowhere() {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: () => void server.close() }
}

it('the diagnosis is we-were-down when no gateway ran as the tracker fell silent', async () => {
  const own = await startCommandSystem({ registration: 'registered' })
  onTestFinished(own.close)
  const deviceId = '9174000001'
  await own.register(deviceId)
  const now = Date.now()
  const steps = [26, 24, 22, 20, 18].map((ago) => {
    const at = now - ago * MINUTE_MS
    return { at, deviceId, from: '127.17.0.1', frames: [v1(deviceId, at, 'FFFFFFFF')] }
  })
  await playPast(own, steps, now - 17 * MINUTE_MS)
  const { body } = await until(
    () => call(own.embedded, `/v1/devices/${deviceId}/diagnosis`),
    ({ body: { verdict } }) => verdict === 'we-were-down',
  )
  expect(body.evidence[0].text).toContain('No gateway ran from')
})
