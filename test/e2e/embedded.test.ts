import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { descriptionFile } from '../../cdk/build/openapi.ts'
import type { Embedded } from '../../cdk/local/embedded.ts'
import type { RecordedCall } from '../../cdk/local/stand-ins/identities.ts'
import { metersBetween } from '#shared/domain/distance.ts'
import { v1 } from '../ingest/events.ts'
import { defaultStart } from '../simulator/route.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import { createTracker } from '../simulator/tracker.ts'
import { bytesOf, streamVectors } from '../h02/vectors.ts'
import {
  call,
  makeDataDir,
  play,
  playUntilAcked,
  readAll,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from './harness.ts'

const dataDir = makeDataDir()
const calls: RecordedCall[] = []
let embedded: Embedded
beforeAll(async () => {
  embedded = await startForTest(dataDir, { onCall: (one) => void calls.push(one) })
})
afterAll(async () => {
  await embedded.close()
  removeDataDir(dataDir)
})

const framesOf = async (deviceId: string): Promise<string[]> => {
  const items = await readAll(embedded, `/v1/devices/${deviceId}/frames?order=asc&limit=1000`)
  return items.filter(({ kind }) => kind === 'frame').map(({ hex }) => hex as string)
}

describe('every stream vector sent over TCP', () => {
  type Expected = { readonly hex: string; readonly id?: string | null; readonly type?: string | null }
  /**
   * The expected frames of each device, derived from the vectors: frames without an id belong to the device of the previous frame
   * with an id.
   */
  const expected = new Map<string, string[]>()
  for (const { expect: wanted } of streamVectors) {
    let lastId: string | null = null
    const early: string[] = []
    const ids = new Set<string>()
    for (const { hex, id } of (wanted.frames ?? []) as Expected[]) {
      if (id) ids.add(id)
      // A socket opens at most two devices that are not established yet: the frames of a third are not taken.
      if (ids.size > 2) break
      lastId = id || lastId
      if (lastId === null) {
        early.push(hex)
        continue
      }
      const frames = expected.get(lastId) ?? []
      expected.set(lastId, frames)
      frames.push(...early.splice(0), hex)
    }
  }

  it('is returned byte for byte over HTTP', async () => {
    const registered = await call(embedded, '/v1/devices', {
      method: 'POST',
      body: [...expected.keys()].map((deviceId) => ({ deviceId })),
    })
    expect(registered.status).toBeLessThan(300)
    for (const vector of streamVectors) {
      const chunks = vector.chunks_hex?.map((hex) => Buffer.from(hex, 'hex')) ?? [bytesOf(vector)]
      // In one write: on a busy machine, the time between two could be a silence that ends a `$` record. Chunks cut
      // anywhere are framer.test.ts's.
      await play(embedded.tcpPort, [Buffer.concat(chunks)])
    }
    for (const [deviceId, frames] of expected) {
      const stored = await until(
        () => framesOf(deviceId),
        (found) => found.length >= frames.length,
      )
      expect(stored.toSorted(), `frames of ${deviceId}`).toEqual(frames.toSorted())
    }
  })

  it('is decoded, or shown with the reason why it cannot be', async () => {
    const items = await readAll(embedded, '/v1/devices/6170937422/frames?order=asc&limit=1000')
    const frames = items.filter(({ kind }) => kind === 'frame')
    const rests = items.filter(({ kind }) => kind === 'rest')
    // What stands around its frames in the vector: `~` before them, `$~` behind.
    expect(rests.map(({ hex }) => hex)).toEqual(['7e', '247e'])
    expect(frames.every(({ message, reason }) => (message === null) === (reason !== null))).toBe(true)
  })
})

describe('simulated trackers', () => {
  it.each([
    ['st906l', '9170000201'],
    ['lk109', '4109000202'],
  ])(
    'of profile %s drive and reconnect, and every byte that they sent is returned',
    async (name, deviceId) => {
      for (const seed of [1, 2]) {
        const tracker = createTracker({
          host: '127.0.0.1',
          port: embedded.tcpPort,
          deviceId,
          profile: name,
          seed,
          timeScale: 0.01,
          maxFrames: 40,
        })
        tracker.start()
        await tracker.done
        sent.push(...tracker.sent.map(({ bytes }) => Buffer.from(bytes).toString('hex')))
        await until(
          () => framesOf(deviceId),
          (frames) => frames.length >= sent.length,
        )
        await tracker.stop()
      }
      expect((await framesOf(deviceId)).toSorted()).toEqual(sent.splice(0).toSorted())
      const positions = await readAll(embedded, `/v1/devices/${deviceId}/positions?limit=1000`)
      expect(positions.length).toBeGreaterThan(20)
      expect(positions.every(({ valid, latitude }) => valid === true && latitude !== null)).toBe(true)
    },
  )
  const sent: string[] = []
})

describe('places', () => {
  const driving = '9170000203'
  const storing = '9170000204'
  const parked = '9170000205'
  const [inDepot, away] = ['4221.0000', '4230.0000']
  const places = [
    { name: 'Home', center: defaultStart, radiusMeters: 700, deviceIds: [driving] },
    {
      name: 'Depot',
      center: { latitude: 42.35, longitude: -7.8766 },
      radiusMeters: 1_000,
      deviceIds: [storing, parked],
    },
  ]
  beforeAll(async () => {
    await call(embedded, '/v1/devices', {
      method: 'POST',
      body: [driving, storing, parked].map((deviceId) => ({ deviceId })),
    })
    for (const { name, deviceIds, ...shape } of places) {
      const body = { name, deviceIds, shape: { type: 'circle', ...shape } }
      expect((await call(embedded, '/v1/places', { method: 'POST', body })).status).toBe(201)
    }
    // Ingest reads the places again when those that it knows are some seconds old.
    await until(
      async () => {
        await play(embedded.tcpPort, [v1(Date.now(), { id: parked, latitude: inDepot })])
        return (await call(embedded, `/v1/devices/${parked}`)).body.places
      },
      (inside) => inside.length > 0,
    )
  })
  /** As `type fixTime`, in the order of time. */
  const changesOf = async (deviceId: string): Promise<string[]> => {
    const items = await readAll(embedded, `/v1/events?deviceId=${deviceId}`)
    return items
      .filter(({ type }) => type.startsWith('place.'))
      .map(({ type, data }) => `${type} ${data.fixTime}${data.late ? ' late' : ''}`)
      .toSorted((a, b) => (a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1))
  }

  it('are entered and left in a drive, at the fixes that show it', async () => {
    const deviceId = driving
    const tracker = createTracker({
      host: '127.0.0.1',
      port: embedded.tcpPort,
      deviceId,
      profile: 'st906l',
      seed: 3,
      intervalSeconds: 20,
      timeScale: 0.005,
      maxFrames: 40,
    })
    tracker.start()
    await tracker.done
    await until(
      () => framesOf(deviceId),
      (frames) => frames.length >= tracker.sent.length,
    )
    await tracker.stop()
    const positions = await readAll(embedded, `/v1/devices/${deviceId}/positions?limit=1000&order=asc`)
    let isInside = false
    const expected = positions.flatMap(({ latitude, longitude, fixTime }) => {
      const meters = metersBetween(defaultStart, { latitude, longitude })
      const before = isInside
      isInside = meters <= 700 || (before && meters <= 750)
      return isInside === before ? [] : `${isInside ? 'place.entered' : 'place.left'} ${fixTime.slice(0, 19)}`
    })
    expect(expected.length).toBeGreaterThanOrEqual(2)
    const changes = await changesOf(deviceId)
    expect(changes.map((change) => change.slice(0, change.indexOf('.000Z')))).toEqual(expected)
    const { body } = await call(embedded, `/v1/devices/${deviceId}`)
    expect(body.places.map(({ name }: { name: string }) => name)).toEqual(isInside ? ['Home'] : [])
  })

  it('are detected in frames that the tracker had stored', async () => {
    const deviceId = storing
    const now = Math.floor(Date.now() / 1_000) * 1_000
    const at = (minutesAgo: number) => now - minutesAgo * 60_000
    const frame = (minutesAgo: number, latitude: string) => v1(at(minutesAgo), { id: deviceId, latitude })
    // Two current frames, then what it had stored between them.
    const sent = [
      frame(90, away),
      frame(0, away),
      ...[60, 50, 40].map((ago) => frame(ago, inDepot)),
      frame(30, away),
    ]
    await play(embedded.tcpPort, sent, 20)
    const changes = await until(
      () => changesOf(deviceId),
      (found) => found.length >= 2,
    )
    const iso = (minutesAgo: number) => new Date(at(minutesAgo)).toISOString()
    expect(changes).toEqual([`place.entered ${iso(60)} late`, `place.left ${iso(30)} late`])
  })
})

describe('IoT Core', () => {
  it('serves several gateways for one fleet, even when one stops permanently', async () => {
    const second = await embedded.startGateway()
    const frames = [embedded.tcpPort, second.tcpPort].map((port, n) => {
      const text = `*HQ,9170000401,V1,12000${n},A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
      return { port, bytes: Buffer.from(text) }
    })
    await call(embedded, '/v1/devices', { method: 'POST', body: [{ deviceId: '9170000401' }] })
    for (const { port, bytes } of frames) {
      // Sent again until it is acknowledged, as a tracker does.
      await until(
        () => playUntilAcked(port, bytes.toString()).catch(() => null),
        (ack) => ack !== null,
      )
    }
    await second.kill({ restart: false })
    const sent = frames.map(({ bytes }) => bytes.toString('hex'))
    await until(
      async () => {
        const rows = await readAll(embedded, '/v1/devices/9170000401/frames')
        return rows.filter(({ direction }) => direction === 'up').map(({ hex }) => hex as string)
      },
      (stored) => sent.every((hex) => stored.includes(hex)),
    )
    const refused = await fetch(`http://127.0.0.1:${second.tcpPort}`).catch((error: unknown) => error)
    expect(String((refused as Error).cause)).toContain('ECONNREFUSED')
  })

  it('accepts only parts of the system, each with its own key', async () => {
    const credentials = embedded.credentialsOf('gateway')
    const { mqttEndpoint } = embedded.iot
    const client = await dialMqtt(mqttEndpoint, 'h02gw-test', { credentials })
    expect(embedded.iot.clients()).toContain('h02gw-test')
    await client.endAsync()
    expect(calls).toContainEqual({
      accessKeyId: 'LOCALGATEWAY',
      action: 'iot:Connect',
      resource: 'arn:aws:iot:us-east-1:000000000000:client/h02gw-test',
    })
    await expect(
      dialMqtt(mqttEndpoint, 'x', { credentials: { ...credentials, accessKeyId: 'LOCALNONE' } }),
    ).rejects.toThrow('403')
  })
})

describe('one tracker', () => {
  const id = '9179999999'
  const frame = (second: number): string => {
    const at = new Date(Date.now() - 2_000 + second).toISOString().replace(/\D/g, '')
    return `*HQ,${id},V1,${at.slice(8, 14)},A,4221.2102,N,00752.5961,W,024.05,133,${at.slice(6, 8)}${at.slice(4, 6)}${at.slice(2, 4)},FFFFBBFF,214,03,13140,5085#`
  }

  it('registers itself, is acknowledged, and has a position', async () => {
    expect(await playUntilAcked(embedded.tcpPort, frame(0))).toMatch(/^\*HQ,9179999999,R12,\d{6}#$/)
    const { body } = await until(
      () => call(embedded, `/v1/devices/${id}`),
      (answer) => answer.status === 200 && answer.body.lastPosition !== null,
    )
    expect(body.lastPosition).toMatchObject({ latitude: 42.353503, longitude: -7.876602 })
    const fleet = await readAll(embedded, '/v1/positions')
    expect(fleet.some((position) => position.deviceId === id)).toBe(true)
    const positions = await readAll(embedded, `/v1/devices/${id}/positions`)
    expect(positions).toHaveLength(1)
    expect(positions[0]).toMatchObject({ latitude: 42.353503, longitude: -7.876602, valid: true })

    // As one file, in one answer.
    const [from, to] = [-30, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString())
    const range = new URLSearchParams({ from: from!, to: to!, format: 'ndjson' })
    const file = await fetch(`${embedded.httpUrl}/v1/devices/${id}/positions/export?${range.toString()}`, {
      headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
    })
    expect([file.status, file.headers.get('transfer-encoding'), file.headers.get('link')]).toEqual([
      200,
      'chunked',
      null,
    ])
    expect(JSON.parse(await file.text())).toEqual(positions[0])
  })

  it('is still there after the gateway was killed, and after a restart', async () => {
    await embedded.gateway.kill()
    let sent = ''
    await until(
      () => {
        sent = frame(1_000)
        return playUntilAcked(embedded.tcpPort, sent).catch(() => null)
      },
      (ack) => ack !== null,
    )
    // Earlier attempts may be in the log too, before the acknowledged one.
    const before = await until(
      () => framesOf(id),
      (frames) => frames.includes(Buffer.from(sent).toString('hex')),
    )
    await embedded.close()
    embedded = await startForTest(dataDir)
    expect(await framesOf(id)).toEqual(before)
    await playUntilAcked(embedded.tcpPort, frame(2_000))
    await until(
      () => framesOf(id),
      (frames) => frames.length === before.length + 1,
    )
  })
})

describe('the API', () => {
  it('describes itself as OpenAPI 3.1, as in the repository, and requires a key', async () => {
    const open = (await (await fetch(`${embedded.httpUrl}/openapi.json`)).json()) as object
    expect(open).toMatchObject({ openapi: '3.1.0' })
    expect(open).toEqual(JSON.parse(await readFile(descriptionFile('openapi.json'), 'utf8')))
    expect((await fetch(`${embedded.httpUrl}/healthz`)).status).toBe(200)
    const refused = await fetch(`${embedded.httpUrl}/v1/devices`)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
  })
})
