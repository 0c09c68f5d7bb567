import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { startApi } from './fakes.ts'

let now = Date.UTC(2026, 0, 10, 12, 30)
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi({ now: () => now })
})
afterAll(() => api.close())

describe('a device', () => {
  it('is online while a live gateway has its session, with contest and commands', async () => {
    const holds = async (deviceId: string, gatewayId: string) => {
      await api.call('POST', '/v1/devices', { body: { deviceId, name: 'presence' } })
      await api.client.send(
        new UpdateCommand({
          TableName: api.table,
          Key: fleetKeys.device(deviceId),
          UpdateExpression:
            'set #session = :session, conflictUntil = :until, queue = :queue, #open = :open, watching = :watching, seenFirmware = :firmware',
          ExpressionAttributeNames: { '#session': 'session', '#open': 'open' },
          ExpressionAttributeValues: {
            ':session': { sessionId: 's1', gatewayId, remoteAddress: '192.0.2.7', since: now },
            ':until': now + 60_000,
            ':queue': [{ commandId: 'c2', effectKey: null }],
            ':open': { commandId: 'c1', effectKey: null },
            ':watching': [{ commandId: 'c0', effectKey: 'relay' }],
            ':firmware': 'V2',
          },
        }),
      )
    }
    await holds('1041', 'alive')
    await holds('1042', 'dead')
    api.fakes.dead.add('dead')
    const alive = await api.call('GET', '/v1/devices/1041')
    expect(alive.json).toMatchObject({
      online: true,
      firmware: 'V2',
      commands: { queued: 1, open: 'c1', watching: ['c0'] },
    })
    expect(Date.parse(alive.json.contestedUntil)).toBe(now + 60_000)
    expect((await api.call('GET', '/v1/devices/1042')).json.online).toBe(false)
    const listed = async (online: string) =>
      (await api.call('GET', `/v1/devices?q=presence&online=${online}`)).json.items.map(
        (device: any) => device.deviceId,
      )
    expect([await listed('true'), await listed('false')]).toEqual([['1041'], ['1042']])
    const fleet = (await api.call('GET', '/v1/positions?limit=1000')).json.items
    expect(fleet.find((device: any) => device.deviceId === '1042').online).toBe(false)
    now += 60_000
    expect((await api.call('GET', '/v1/devices/1041')).json.contestedUntil).toBeNull()
  })

  it('that changes or is deleted notifies its gateway; an unreachable gateway prevents neither', async () => {
    await api.call('POST', '/v1/devices', { body: { deviceId: '1043' } })
    const session = { sessionId: 's1', gatewayId: 'g7', remoteAddress: '192.0.2.7', since: now }
    await api.client.send(
      new UpdateCommand({
        TableName: api.table,
        Key: fleetKeys.device('1043'),
        UpdateExpression: 'set #session = :session',
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: { ':session': session },
      }),
    )
    api.fakes.notified.length = 0
    await api.call('PATCH', '/v1/devices/1043', { body: { password: '1234' } })
    expect(api.fakes.notified).toEqual([
      { gatewayId: 'g7', message: { v: 1, kind: 'changed', deviceId: '1043' } },
    ])
    expect(JSON.stringify(api.fakes.notified)).not.toContain('1234')
    api.fakes.isBusDown = true
    expect((await api.call('PATCH', '/v1/devices/1043', { body: { name: 'x' } })).status).toBe(200)
    api.fakes.isBusDown = false
    expect((await api.call('DELETE', '/v1/devices/1043')).status).toBe(202)
    expect(api.fakes.notified.at(-1)).toMatchObject({
      gatewayId: 'g7',
      message: { kind: 'evict', deviceId: '1043', close: true },
    })
  })
})
