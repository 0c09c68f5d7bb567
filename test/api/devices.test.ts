import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { expectDocumented } from './documented.ts'
import { someState, startApi } from './fakes.ts'

let now = Date.UTC(2026, 0, 10, 12, 30)
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())

const makeKey = async (...scopes: string[]): Promise<string> =>
  (await api.call('POST', '/v1/keys', { body: { scopes } })).json.key

const putUnknown = (deviceId: string) =>
  api.client.send(
    new PutCommand({
      TableName: api.table,
      Item: {
        ...fleetKeys.unknown(deviceId),
        ...fleetKeys.listOf('unknown', deviceId),
        deviceId,
        firstSeen: now,
        lastSeen: now,
        remoteAddress: '192.0.2.1',
        sampleType: 'V1',
      },
    }),
  )

describe('registration of devices', () => {
  it('accepts one device as JSON', async () => {
    const made = await api.call('POST', '/v1/devices', { body: { deviceId: '1001', name: ' Van ' } })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe('/v1/devices/1001')
    expect(made.json).toEqual({ created: ['1001'], updated: [], rejected: [] })
    await expectDocumented(api.app, 'POST', '/v1/devices', made)
    const again = await api.call('POST', '/v1/devices', { body: { deviceId: '1001', model: 'ST-901L' } })
    expect([again.status, again.json.updated]).toEqual([200, ['1001']])
    expect((await api.call('GET', '/v1/devices/1001')).json).toMatchObject({ name: 'Van', model: 'ST-901L' })
  })

  it('accepts many devices, and reports the row and the fault of each bad one', async () => {
    const { status, json } = await api.call('POST', '/v1/devices', {
      body: [
        { deviceId: '1010' },
        { deviceId: 'x' },
        { deviceId: '1010' },
        { deviceId: '1011', ackPolicy: 'R13' },
        7,
      ],
    })
    expect(status).toBe(201)
    expect(json.created).toEqual(['1010'])
    expect(json.rejected).toEqual([
      { line: 2, deviceId: 'x', reason: expect.stringContaining('1 to 15 digits') },
      { line: 3, deviceId: '1010', reason: 'the same id as in line 1' },
      { line: 4, deviceId: '1011', reason: expect.stringContaining('auto, R12, V4, none') },
      { line: 5, deviceId: null, reason: expect.any(String) },
    ])
  })

  it('accepts CSV as spreadsheets write it', async () => {
    const csv =
      '\uFEFFdeviceId;name;password\r\n1020;"Van; ""red"" of Ana";0000\r\n1023;"two\r\nlines";\r\n\r\n1021;;12 34\r\n1022;x;;y\r\n'
    const { status, json } = await api.call('POST', '/v1/devices', {
      body: csv,
      type: 'text/csv; charset=utf-8',
    })
    expect(status).toBe(201)
    expect(json.created).toEqual(['1020'])
    expect(json.rejected).toEqual([
      { line: 3, deviceId: '1023', reason: expect.stringContaining('name') },
      { line: 6, deviceId: '1021', reason: expect.stringContaining('letters or digits') },
      { line: 7, deviceId: '1022', reason: expect.stringContaining('column 4') },
    ])
    const { json: device } = await api.call('GET', '/v1/devices/1020')
    expect(device).toMatchObject({ name: 'Van; "red" of Ana', password: '0000' })
  })

  it('accepts allowed sources in JSON and CSV, in one notation each', async () => {
    const body = {
      deviceId: '1024',
      sources: ['10.1.2.3/8', '10.0.0.0/8', '::ffff:192.0.2.7', '2001:DB8::/32'],
    }
    expect((await api.call('POST', '/v1/devices', { body })).status).toBe(201)
    const sourcesOf = async () => (await api.call('GET', '/v1/devices/1024')).json.sources
    expect(await sourcesOf()).toEqual(['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32'])
    const csv = 'deviceId,sources\n1024,198.51.100.0/24  2001:db8::1\n1025,nowhere\n'
    const { json } = await api.call('POST', '/v1/devices', { body: csv, type: 'text/csv' })
    expect(json.rejected).toMatchObject([{ line: 3, reason: expect.stringContaining('198.51.100.0/24') }])
    expect(await sourcesOf()).toEqual(['198.51.100.0/24', '2001:db8::1/128'])
    const patch = (sources: unknown) => api.call('PATCH', '/v1/devices/1024', { body: { sources } })
    for (const wrong of [[], ['10.0.0.0/33'], '10.0.0.0/8', [7]]) {
      expect((await patch(wrong)).status).toBe(400)
    }
    expect((await patch(null)).status).toBe(200)
    expect(await sourcesOf()).toBeNull()
  })

  it.each([
    ['a header without ids', 'name,model\nx,y', 400, 'deviceId'],
    ['a header with other columns', 'deviceId,color\n1,red', 400, 'ackPolicy'],
    ['no row', 'deviceId\n', 422, 'at least one'],
    ['only bad rows', 'deviceId\nx', 422, 'line 2'],
    ['too many rows', `deviceId\n${'1\n'.repeat(5_001)}`, 413, '5000'],
  ])('refuses CSV with %s', async (_, body, status, words) => {
    const answer = await api.call('POST', '/v1/devices', { body, type: 'text/csv' })
    expect(answer.status).toBe(status)
    expect(answer.json.detail).toContain(words)
    await expectDocumented(api.app, 'POST', '/v1/devices', answer)
  })

  it('refuses other content types and broken JSON, naming what it accepts', async () => {
    const other = await api.call('POST', '/v1/devices', { body: '<x/>', type: 'application/xml' })
    expect([other.status, other.json.type]).toEqual([415, 'urn:h02:problem:unsupported-media-type'])
    expect(other.json.detail).toContain('text/csv')
    expect((await api.call('POST', '/v1/devices', { body: '{' })).json.detail).toContain('well-formed JSON')
  })

  it('refuses a body that is too large', async () => {
    const { status, json } = await api.call('POST', '/v1/devices', { body: ' '.repeat(1_000_001) })
    expect([status, json.type]).toEqual([413, 'urn:h02:problem:too-large'])
  })
})

describe('a device', () => {
  it('is returned with its last position, its state in words, and null for what is absent', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId: '1030' } })
    const bare = await api.call('GET', '/v1/devices/1030')
    expect(bare.json).toMatchObject({
      online: false,
      session: null,
      lastSeen: null,
      lastPosition: null,
      status: null,
    })
    await expectDocumented(api.app, 'GET', '/v1/devices/{deviceId}', bare)

    api.history.states.set('1030', { ...someState, deviceId: '1030' })
    const session = { sessionId: 's1', epoch: 1, gatewayId: 'g1', remoteAddress: '192.0.2.7', since: now }
    await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.device('1030'),
        UpdateExpression: 'set #session = :session',
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: { ':session': session },
      }),
    )
    const { json, ...answer } = await api.call('GET', '/v1/devices/1030')
    await expectDocumented(api.app, 'GET', '/v1/devices/{deviceId}', { json, ...answer })
    expect(json).toEqual({
      deviceId: '1030',
      name: null,
      model: null,
      ackPolicy: 'auto',
      overrides: { ignitionInverted: false, ignitionWiring: 'normal', utcOffsetMinutes: 0 },
      labels: {},
      password: null,
      registeredAt: '2026-01-10T12:30:00.000Z',
      registeredBy: 'api',
      seenModel: null,
      firmware: null,
      online: true,
      contestedUntil: null,
      sources: null,
      relay: null,
      speedLimitKmh: null,
      places: [],
      cameFrom: null,
      commands: { queued: 0, open: null, openRestore: null, watching: [] },
      session: {
        sessionId: 's1',
        gatewayId: 'g1',
        remoteAddress: '192.0.2.7',
        since: '2026-01-10T12:30:00.000Z',
      },
      lastSeen: '2026-01-10T12:00:01.234Z',
      lastType: 'V1',
      lastPosition: {
        fixTime: '2026-01-10T12:00:00Z',
        receivedAt: '2026-01-10T12:00:01.234Z',
        latitude: 42.353503,
        longitude: -7.876602,
        speedKnots: 24.05,
        speedKmh: 44.541,
        course: 133,
      },
      batteryPercent: 80,
      voltage: null,
      gsm: 21,
      satellites: null,
      ignitionOn: false,
      status: { word: 'FFFFFBFD', clear: ['sos', 'acc-off'] },
      alarms: ['sos'],
      iccid: null,
      suggestedUtcOffsetMinutes: null,
    })
  })

  it('keeps its previous server, with the way back as an SMS and as a command', async () => {
    const body = { deviceId: '1034', password: '4711', cameFrom: { host: 'gps.example.com', port: 5013 } }
    await api.call('POST', '/v1/devices', { body })
    const cameFrom = async (options = {}) =>
      (await api.call('GET', '/v1/devices/1034', options)).json.cameFrom as unknown
    const wayBack = {
      host: 'gps.example.com',
      port: 5013,
      at: '2026-01-10T12:30:00.000Z',
      sms: '8044711 gps.example.com 5013',
      command: {
        intent: 'set-server',
        params: { host: 'gps.example.com', port: 5013 },
        confirm: true,
      },
    }
    expect(await cameFrom()).toEqual(wayBack)
    const reader = await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })
    expect(await cameFrom({ key: reader.json.key })).toMatchObject({ sms: '804**** gps.example.com 5013' })

    const patch = (given: unknown) =>
      api.call('PATCH', '/v1/devices/1034', {
        body: { cameFrom: given },
        type: 'application/merge-patch+json',
      })
    for (const [host, port] of [
      ['a b', 5013],
      ['1.2.3', 5013],
      ['gps.example.com', 70_000],
      ['gps.example.com', 1.5],
    ])
      expect(await patch({ host, port })).toMatchObject({ status: 400 })
    expect(await cameFrom()).toEqual(wayBack)
    await api.call('PATCH', '/v1/devices/1034', {
      body: { password: null },
      type: 'application/merge-patch+json',
    })
    // The factory password is not a secret.
    expect(await cameFrom({ key: reader.json.key })).toMatchObject({ sms: '8040000 gps.example.com 5013' })
    expect((await patch(null)).json.cameFrom).toBeNull()
  })

  it('is changed by a PATCH in the given fields only; null removes a value', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId: '1031', name: 'Van' } })
    api.history.states.set('1031', { ...someState, deviceId: '1031' })
    const { status, json } = await api.call('PATCH', '/v1/devices/1031', {
      body: { name: null, overrides: { ignitionInverted: true } },
      type: 'application/merge-patch+json',
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: null, overrides: { ignitionInverted: true }, ignitionOn: true })
    const typo = await api.call('PATCH', '/v1/devices/1031', { body: { ackpolicy: 'R12' } })
    expect(typo.json.errors).toEqual([
      {
        in: 'body',
        name: '',
        detail:
          'unknown: ackpolicy; accepted: name, model, ackPolicy, password, sources, relay, cameFrom, speedLimitKmh, labels, overrides',
      },
    ])
    const nothing = await api.call('PATCH', '/v1/devices/1031', { body: {} })
    expect([nothing.status, nothing.json.detail]).toEqual([
      400,
      expect.stringContaining('at least one of name'),
    ])
    expect((await api.call('PATCH', '/v1/devices/999', { body: { name: 'x' } })).status).toBe(404)
  })

  it('shows its password to the scope secrets alone', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId: '1032', password: '4711' } })
    const reader = await makeKey('read')
    const { text } = await api.call('GET', '/v1/devices/1032', { key: reader })
    expect(text).not.toContain('4711')
    expect(text).not.toContain('password')
    const trusted = await makeKey('read', 'secrets')
    expect((await api.call('GET', '/v1/devices/1032', { key: trusted })).json.password).toBe('4711')
  })

  it('is gone at once when deleted, and starts empty when registered again', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId: '1033', name: 'Van' } })
    api.history.states.set('1033', { ...someState, deviceId: '1033', lastSeen: now - 1 })
    const gone = await api.call('DELETE', '/v1/devices/1033')
    expect(gone.status).toBe(202)
    expect(gone.json.goneBy).toBe('2026-01-18T12:30:00.000Z')
    await expectDocumented(api.app, 'DELETE', '/v1/devices/{deviceId}', gone)
    const path = '/v1/devices/1033'
    const statuses = [
      await api.call('GET', path),
      await api.call('GET', `${path}/positions`),
      await api.call('DELETE', path),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404])
    expect((await api.call('POST', '/v1/devices', { body: { deviceId: '1033' } })).status).toBe(201)
    expect((await api.call('GET', path)).json).toMatchObject({
      name: null,
      lastSeen: null,
      lastPosition: null,
    })
  })
})

describe('lists of the fleet', () => {
  const ids = Array.from({ length: 25 }, (_, i) => String(7000 + i))
  const walk = async (path: string): Promise<any[]> => {
    const items: any[] = []
    let next: string | null = path
    while (next) {
      const { json, headers } = await api.call('GET', next)
      expect(headers.get('link')).toBe(json.next && `<${json.next}>; rel="next"`)
      items.push(...json.items)
      next = json.next
    }
    return items
  }
  beforeAll(async () => {
    const body = ids.map((deviceId, i) => ({ deviceId, name: `Lorry ${i}`, model: i % 2 ? 'A' : 'B' }))
    await api.call('POST', '/v1/devices', { body })
  })

  it.each([1, 7, 500])('return every device once, in order (pages of %i)', async (limit) => {
    const found = (await walk(`/v1/devices?limit=${limit}&q=lorry`)).map((device) => device.deviceId)
    expect(found).toEqual(ids)
    const all = (await walk(`/v1/positions?limit=${limit}`)).map((device) => device.deviceId)
    expect(all.filter((id) => ids.includes(id))).toEqual(ids)
    expect(new Set(all).size).toBe(all.length)
  })

  it('search by id, name, model and presence', async () => {
    const idsOf = async (query: string) =>
      (await walk(`/v1/devices?${query}`)).map((device) => device.deviceId)
    expect(await idsOf('q=LORRY%201')).toEqual(['7001', ...ids.slice(10, 20)])
    expect(await idsOf('q=7024')).toEqual(['7024'])
    expect(await idsOf('q=lorry&model=A&limit=5')).toEqual(ids.filter((_, i) => i % 2))
    expect(await idsOf('online=true')).toEqual(['1030'])
  })

  it('are answered as documented', async () => {
    await expectDocumented(api.app, 'GET', '/v1/devices', await api.call('GET', '/v1/devices?limit=3'))
    await expectDocumented(api.app, 'GET', '/v1/positions', await api.call('GET', '/v1/positions?limit=3'))
    const { json } = await api.call('GET', '/v1/positions?limit=1000')
    expect(json.items.find((item: any) => item.deviceId === '1030')).toMatchObject({
      lastPosition: { latitude: 42.353503, speedKmh: 44.541 },
      alarms: ['sos'],
    })
    expect(json.items.find((item: any) => item.deviceId === '7000').lastPosition).toBeNull()
  })

  it('refuse cursors that are edited, of another list or of other parameters', async () => {
    const { json } = await api.call('GET', '/v1/devices?limit=2')
    const cursor: string = json.nextCursor
    const edited = cursor.slice(0, -3) + (cursor.endsWith('AAA') ? 'BBB' : 'AAA')
    const paths = [
      `/v1/devices?cursor=${edited}`,
      `/v1/devices?cursor=${cursor}&q=x`,
      `/v1/positions?cursor=${cursor}`,
      `/v1/unknown-devices?cursor=${cursor}`,
      `/v1/devices/7000/positions?cursor=${cursor}`,
      `/v1/devices/7000/frames?cursor=${cursor}`,
      '/v1/devices?cursor=',
      '/v1/devices?cursor=%00%ff',
      `/v1/devices?cursor=${cursor}=`,
    ]
    for (const path of paths) {
      const answer = await api.call('GET', path)
      expect([path, answer.status, answer.json.type]).toEqual([path, 400, 'urn:h02:problem:invalid-cursor'])
    }
    expect((await api.call('GET', `/v1/devices?limit=3&cursor=${cursor}`)).status).toBe(200)
  })

  it.each([
    ['limit=0', 'limit', '1 to 500'],
    ['limit=501', 'limit', '1 to 500'],
    ['limit=ten', 'limit', '1 to 500'],
    ['limit=1&limit=2', 'limit', 'not a list'],
    ['online=maybe', 'online', 'true, false'],
  ])('refuse %s, with what they accept', async (query, name, words) => {
    const answer = await api.call('GET', `/v1/devices?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.json.errors[0]).toEqual({ in: 'query', name, detail: expect.stringContaining(words) })
  })

  it('refuse unknown parameters', async () => {
    const { json } = await api.call('GET', '/v1/devices?serach=x')
    expect(json.detail).toBe('unknown: serach; accepted: limit, cursor, q, model, online, labels')
  })
})

describe('unknown devices', () => {
  it('are listed, adopted and forgotten', async () => {
    for (const deviceId of ['301', '302', '303']) await putUnknown(deviceId)
    const listed = await api.call('GET', '/v1/unknown-devices?limit=2')
    await expectDocumented(api.app, 'GET', '/v1/unknown-devices', listed)
    expect(listed.json.items[0]).toEqual({
      deviceId: '301',
      firstSeen: '2026-01-10T12:30:00.000Z',
      lastSeen: '2026-01-10T12:30:00.000Z',
      remoteAddress: '192.0.2.1',
      sampleType: 'V1',
    })
    expect((await api.call('GET', listed.json.next)).json).toMatchObject({
      items: [{ deviceId: '303' }],
      next: null,
    })

    const adopted = await api.call('POST', '/v1/unknown-devices/301/adopt', { body: { name: 'Found' } })
    expect(adopted.status).toBe(201)
    expect(adopted.json).toMatchObject({ deviceId: '301', name: 'Found' })
    await expectDocumented(api.app, 'POST', '/v1/unknown-devices/{deviceId}/adopt', adopted)
    expect((await api.call('POST', '/v1/unknown-devices/302/adopt')).status).toBe(201)
    expect((await api.call('POST', '/v1/unknown-devices/301/adopt')).status).toBe(409)
    expect((await api.call('POST', '/v1/unknown-devices/309/adopt')).status).toBe(404)

    expect((await api.call('DELETE', '/v1/unknown-devices/303')).status).toBe(204)
    expect((await api.call('DELETE', '/v1/unknown-devices/303')).status).toBe(404)
    expect((await api.call('GET', '/v1/unknown-devices')).json.items).toEqual([])
  })

  it('leave the list when they are registered', async () => {
    await putUnknown('310')
    await api.call('POST', '/v1/devices', { body: { deviceId: '310' } })
    expect((await api.call('GET', '/v1/unknown-devices')).json.items).toEqual([])
  })
})
