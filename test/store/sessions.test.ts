import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contest, noContests } from '#shared/domain/conflict.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { createGatewayStore } from '#shared/store/gateways.ts'
import { minute, second, sessionOf, start, startCommands, type TestCommands } from '../commands/harness.ts'

let t: TestCommands
beforeAll(async () => {
  t = await startCommands()
})
afterAll(() => t.close())

const itemOf = async (deviceId: string) =>
  (await t.client.send(new GetCommand({ TableName: t.table, Key: fleetKeys.device(deviceId) }))).Item
const nothing = { queued: 0, open: null, watching: [], liveGrants: [], conflictUntil: null }

describe('a login', () => {
  it('says all that a gateway goes on with', async () => {
    const deviceId = await t.makeDevice({ online: false, model: 'ST-906L', password: '1234' })
    expect(await t.sessions.login({ ...sessionOf(1), deviceId })).toEqual({
      epoch: 1,
      ackPolicy: 'auto',
      model: 'ST-906L',
      password: '1234',
      previous: null,
      ...nothing,
    })
    const open = t.order(deviceId)
    await t.dispatcher.submit(open)
    await t.dispatcher.submit(t.order(deviceId, { intent: 'read-firmware' }))
    await t.setDevice(deviceId, 'watchUntil', start + minute)
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({
      epoch: 2,
      previous: { ...sessionOf(1), epoch: 1, since: start },
      queued: 1,
      open: { commandId: open.commandId, effectKey: null },
      watching: [],
      // As the version before stored it.
      liveGrants: [{ grantId: null, keyId: null, until: start + minute }],
    })
    expect(await t.sessions.readCommand(deviceId, open.commandId)).toEqual(
      await t.commands.get(deviceId, open.commandId),
    )
    expect(await t.sessions.readCommand(deviceId, 'none')).toBeNull()
  })

  it('that is said again changes nothing, and says the same', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await t.sessions.login({ ...sessionOf(1), deviceId })
    const login = await t.sessions.login({ ...sessionOf(2), deviceId })
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toEqual(login)
  })

  it('after the session was given back ends nobody’s', async () => {
    const deviceId = await t.makeDevice()
    await t.sessions.logout(deviceId, sessionOf(1).sessionId)
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({ epoch: 2, previous: null })
  })

  it('has the sweep look for silence, once however often it comes', async () => {
    const deviceId = await t.makeDevice()
    const { dueAt } = (await itemOf(deviceId))!
    t.clock.now += minute
    await t.sessions.login({ ...sessionOf(2), deviceId })
    expect((await itemOf(deviceId))?.dueAt).toBe(dueAt)
    t.clock.now = start
  })

  it('finds no device that was deleted; nor does reading it', async () => {
    const deviceId = await t.makeDevice()
    expect(await t.sessions.readDevice(deviceId)).toMatchObject({
      session: { sessionId: sessionOf(1).sessionId },
    })
    await t.devices.remove(deviceId)
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toBeNull()
    expect(await t.sessions.readDevice(deviceId)).toBeNull()
    expect(await t.sessions.readDevice('6000000001')).toBeNull()
  })
})

describe('a lease', () => {
  it('says for a minute that the gateway lives', async () => {
    const gateways = createGatewayStore({ ...t, now: () => t.clock.now })
    await t.sessions.renewLease('g1')
    t.clock.now = start + 40 * second
    await t.sessions.renewLease('g2')
    t.clock.now = start + 61 * second
    expect([...(await gateways.leased(['g1', 'g2', 'g2', 'g3']))]).toEqual(['g2'])
    expect([...(await gateways.leased([]))]).toEqual([])
    t.clock.now = start
  })
})

describe('contested take-overs', () => {
  const at = (minutes: number, by = String(minutes)) => ({ by, at: start + minutes * minute })
  const after = (...contests: { by: string; at: number }[]) => contests.reduce(contest, noContests)

  it('three in ten minutes are a conflict until half an hour after the last', () => {
    expect(after(at(0), at(1)).conflictUntil).toBeNull()
    expect(after(at(0), at(1), at(9)).conflictUntil).toBe(start + 39 * minute)
    expect(after(at(0), at(1), at(9), at(20)).conflictUntil).toBe(start + 50 * minute)
    expect(after(at(0), at(1), at(11)).conflictUntil).toBeNull()
  })

  it('count once however often they are told, and name the one that began it', () => {
    const two = after(at(0), at(1))
    expect(contest(two, at(1))).toBe(two)
    expect(after(at(0), at(1), at(2), at(3)).conflictBy).toBe('2')
    expect(after(at(0), at(1), at(2), at(90), at(91), at(92)).conflictBy).toBe('92')
  })

  it('told at the same time are all counted', async () => {
    const deviceId = await t.makeDevice()
    await Promise.all([0, 1, 2].map((i) => t.parts.conflicts.contest(deviceId, at(i))))
    expect(await itemOf(deviceId)).toMatchObject({ conflictUntil: start + 32 * minute })
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({
      conflictUntil: start + 32 * minute,
    })
    expect(await t.parts.conflicts.contest('6000000001', at(1))).toBeNull()
  })
})
