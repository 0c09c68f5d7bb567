import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contest, noContest, readContest } from '#shared/domain/contested.ts'
import { establishesAt, isEstablished } from '#shared/domain/established.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { createGatewayStore } from '#shared/store/gateways.ts'
import { MINUTE, SECOND, sessionOf, start, startCommands, type TestCommands } from '../commands/harness.ts'

let t: TestCommands
beforeAll(async () => {
  t = await startCommands()
})
afterAll(() => t.close())

const itemOf = async (deviceId: string) =>
  (await t.client.send(new GetCommand({ TableName: t.table, Key: fleetKeys.device(deviceId) }))).Item
const nothing = {
  queued: 0,
  open: null,
  openRestore: null,
  watching: [],
  liveGrants: [],
  contestedUntil: null,
  establishedFrom: '203.0.113.200',
  sources: null,
  usualSessionMs: null,
  ignitionInverted: false,
  keepsSettings: false,
  relay: null,
}

describe('a login of a device', () => {
  it('returns everything that a gateway needs', async () => {
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
    await t.setDevice(deviceId, 'watchUntil', start + MINUTE)
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({
      epoch: 2,
      previous: { ...sessionOf(1), epoch: 1, since: start },
      queued: 1,
      open: { commandId: open.commandId, effectKey: null },
      watching: [],
      // As the previous version stored it.
      liveGrants: [{ grantId: null, keyId: null, until: start + MINUTE }],
    })
    expect(await t.sessions.readCommand(deviceId, open.commandId)).toEqual(
      await t.commands.get(deviceId, open.commandId),
    )
    expect(await t.sessions.readCommand(deviceId, 'none')).toBeNull()
  })

  it.each([
    ['ignitionWiring', 'inverted', true],
    ['ignitionWiring', 'normal', false],
    // It chooses its interval by the bit that it sends.
    ['ignitionWiring', 'none', false],
    // As the previous version stored it.
    ['ignitionInverted', true, true],
    ['ignitionInverted', false, false],
  ])('returns whether the ignition bit is inverted: %s %s', async (name, value, ignitionInverted) => {
    const deviceId = await t.makeDevice({ online: false })
    await t.setDevice(deviceId, name, value)
    expect(await t.sessions.login({ ...sessionOf(1), deviceId })).toMatchObject({ ignitionInverted })
  })

  it('returns the registered model, else the one that the firmware reports', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const modelOf = async (n: number) =>
      ((await t.sessions.login({ ...sessionOf(n), deviceId })) as any).model
    expect(await modelOf(1)).toBeNull()
    await t.commands.noteSeen(deviceId, { model: 'ST907', firmware: 'ST907_V_1' })
    expect(await modelOf(2)).toBe('ST907')
    await t.commands.noteSeen(deviceId, { firmware: 'ST907_TQ_V_1.8 2022/03/01' })
    expect(await modelOf(3)).toBe('ST907L')
    await t.devices.patch(deviceId, { model: 'LK-109' })
    expect(await modelOf(4)).toBe('LK-109')
  })

  it('that is repeated changes nothing, and returns the same', async () => {
    const deviceId = await t.makeDevice({ online: false })
    await t.sessions.login({ ...sessionOf(1), deviceId })
    const login = await t.sessions.login({ ...sessionOf(2), deviceId })
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toEqual(login)
  })

  it('after a logout displaces no session', async () => {
    const deviceId = await t.makeDevice()
    await t.sessions.logout(deviceId, sessionOf(1).sessionId)
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({ epoch: 2, previous: null })
  })

  it('schedules one check of the sweep for silence, however often it is repeated', async () => {
    const deviceId = await t.makeDevice()
    const { dueAt } = (await itemOf(deviceId))!
    t.clock.now += MINUTE
    await t.sessions.login({ ...sessionOf(2), deviceId })
    expect((await itemOf(deviceId))?.dueAt).toBe(dueAt)
    t.clock.now = start
  })

  it('returns how long sessions of the device usually last', async () => {
    const deviceId = await t.makeDevice({ online: false })
    const usual = async (n: number) => {
      const login: any = await t.sessions.login({ ...sessionOf(n), deviceId })
      return login.usualSessionMs === null ? null : login.usualSessionMs / MINUTE
    }
    const end = async (n: number, minutes: number, isGivenBack: boolean) => {
      t.clock.now += minutes * MINUTE
      if (isGivenBack) await t.sessions.logout(deviceId, sessionOf(n).sessionId)
    }
    expect(await usual(1)).toBeNull()
    await end(1, 60, true)
    // Time without a session does not count.
    t.clock.now += 600 * MINUTE
    expect(await usual(2)).toBe(60)
    await end(2, 3, true)
    expect(await usual(3)).toBe(3)
    await end(3, 90, true)
    expect(await usual(4)).toBe(60)
    // Displaced, not released: 120, 90, 3, 60.
    await end(4, 120, false)
    expect(await usual(5)).toBe(60)
    await end(5, 1, true)
    // 1, 90, 3.
    expect(await usual(6)).toBe(3)
    t.clock.now = start
  })

  it('of a deleted device is not found; nor is reading it', async () => {
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

describe('a lease of a gateway', () => {
  it('marks the gateway as alive for a minute', async () => {
    const gateways = createGatewayStore({ ...t, now: () => t.clock.now })
    await t.sessions.renewLease('g1')
    t.clock.now = start + 40 * SECOND
    await t.sessions.renewLease('g2')
    t.clock.now = start + 61 * SECOND
    expect([...(await gateways.leased(['g1', 'g2', 'g2', 'g3']))]).toEqual(['g2'])
    expect([...(await gateways.leased([]))]).toEqual([])
    t.clock.now = start
  })
})

describe('a contest between two sessions', () => {
  const at = (minutes: number, by = 's1') => ({ by, at: start + minutes * MINUTE })
  const after = (...frames: { by: string; at: number }[]) => frames.reduce(contest, noContest)

  it('begins with the first frame and ends half an hour after the last', () => {
    expect(after(at(0)).contestedUntil).toBe(start + 30 * MINUTE)
    expect(after(at(0), at(29)).contestedUntil).toBe(start + 59 * MINUTE)
    expect(after(at(0), at(29), at(1)).contestedUntil).toBe(start + 59 * MINUTE)
  })

  it('names the frame and the session that began it, until it is over', () => {
    expect(after(at(0), at(1, 's2'))).toMatchObject({ contestedBy: 's1', contestedSince: start })
    expect(after(at(0), at(30, 's2'))).toMatchObject({
      contestedBy: 's2',
      contestedSince: start + 30 * MINUTE,
    })
    const known = after(at(5))
    expect(contest(known, at(5))).toBe(known)
  })

  it('is read in the format of the previous version', () => {
    expect(readContest({ conflictUntil: 5 })).toMatchObject({ contestedUntil: 5 })
    expect(readContest({ conflictUntil: 5, contestedUntil: 9 })).toMatchObject({ contestedUntil: 9 })
    expect(readContest({})).toEqual(noContest)
  })

  it('reported by several sessions at the same time lasts from the newest frame', async () => {
    const deviceId = await t.makeDevice()
    await t.setDevice(deviceId, 'conflictUntil', start - MINUTE)
    await Promise.all([0, 1, 2].map((i) => t.parts.contests.contest(deviceId, at(i, `s${i}`))))
    const contestedUntil = start + 32 * MINUTE
    expect(await itemOf(deviceId)).toMatchObject({ contestedUntil })
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({ contestedUntil })
    expect(await t.parts.contests.contest('6000000001', at(1))).toBeNull()
  })
})

describe('an established session', () => {
  it('has its address remembered, but only while it owns the device', async () => {
    const deviceId = await t.makeDevice({ isKnownNetwork: false })
    expect(await t.parts.contests.establish(deviceId, sessionOf(2))).toBe('not-owner')
    expect(await t.sessions.readDevice(deviceId)).toMatchObject({ establishedFrom: null })
    expect(await t.parts.contests.establish(deviceId, sessionOf(1))).toBe('idle')
    expect(await t.sessions.login({ ...sessionOf(2), deviceId })).toMatchObject({
      establishedFrom: '203.0.113.1',
    })
  })

  it('is reported to have work when commands wait for it', async () => {
    const deviceId = await t.makeDevice({ isKnownNetwork: false, password: '4321' })
    expect(await t.sessions.establish(deviceId, sessionOf(1))).toBe('idle')
    await t.dispatcher.submit(t.order(deviceId, { intent: 'interval-on', params: { seconds: 20 } }))
    expect(await t.sessions.establish(deviceId, sessionOf(1))).toBe('has-work')
  })

  it.each([
    ['10.1.2.3', '10.1.9.9', true],
    ['10.2.2.3', '10.1.9.9', false],
    ['2001:db8:1::1', '2001:db8:2::1', true],
    ['2001:db9:1::1', '2001:db8:2::1', false],
    ['10.1.2.3', null, false],
  ])('is recognized from %s after one from %s: %s', (remoteAddress, establishedFrom, expected) => {
    expect(isEstablished({ remoteAddress }, establishedFrom)).toBe(expected)
  })

  it.each([
    ['a minute after its login', {}, 60_000],
    ['not with one frame', { frames: 1 }, null],
    ['a minute after another socket spoke', { otherSentAt: 30_000 }, 90_000],
    ['not while contested', { contestedUntil: 1_800_000 }, 1_800_000],
  ])('from a new network: %s', (_, more, expected) => {
    const session = { loggedInAt: 0, frames: 2, otherSentAt: 0, contestedUntil: 0, ...more }
    expect(establishesAt(session, 1)).toBe(expected)
  })
})

describe('the allowed sources of a device', () => {
  const login = (deviceId: string, remoteAddress: string) =>
    t.sessions.login({ ...sessionOf(3), deviceId, remoteAddress })

  it('refuse a login from elsewhere, which changes nothing', async () => {
    const deviceId = await t.makeDevice()
    await t.devices.patch(deviceId, { sources: ['203.0.113.0/24', '2001:db8::/32'] })
    const before = await itemOf(deviceId)
    expect(await login(deviceId, '198.51.100.1')).toBe('source-refused')
    expect(await login(deviceId, 'unknown')).toBe('source-refused')
    expect(await itemOf(deviceId)).toEqual(before)
    expect(await login(deviceId, '2001:db8::7')).toMatchObject({ epoch: 2 })
    expect(await login(deviceId, '2001:db8::7')).toMatchObject({ epoch: 2 })
    await t.devices.patch(deviceId, { sources: null })
    expect(await t.sessions.login({ ...sessionOf(4), deviceId })).toMatchObject({ epoch: 3, sources: null })
  })
})
