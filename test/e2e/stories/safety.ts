import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { scaled } from '../command-system.ts'
import { openFleetTable } from '../fleet-table.ts'
import { dialByHand, type HandMade } from '../hand-made-tracker.ts'
import { until } from '../harness.ts'
import { closeAtEnd, inOrder, system } from '../shared-system.ts'

const cut = { intent: 'engine-cut' }
const restore = { intent: 'engine-restore' }
/** Harmless, with a single wording. Everything before it on the wire was written earlier. */
const marker = { intent: 'read-firmware' }
const MARKER_BYTES = 'QZXT'
const slow = { kmh: 19.9 }
const fast = { kmh: 21 }
const stale = { kmh: 0, ageSeconds: 300 }

const dial = async (deviceId: string, from?: string): Promise<HandMade> => {
  const tracker = await dialByHand(system.embedded.tcpPort, deviceId, { ...(from !== undefined && { from }) })
  closeAtEnd(() => tracker.hangUp())
  return tracker
}
const deviceOf = (deviceId: string) => system.ask('GET', `/v1/devices/${deviceId}`)
/** Waits until the connection from this address owns the device's session and its frame is stored. */
const isHeardFrom = (deviceId: string, address = '127.0.0.1') =>
  until(
    () => deviceOf(deviceId),
    ({ session, lastSeen }) => session?.remoteAddress.startsWith(address) && lastSeen !== null,
  )

/** A registered tracker that has sent a position. It gets no acks, so it receives only commands. */
async function connect(deviceId: string, reported: Parameters<HandMade['report']>[0]): Promise<HandMade> {
  await system.register(deviceId, { ackPolicy: 'none' })
  const tracker = await dial(deviceId)
  tracker.report(reported)
  await isHeardFrom(deviceId)
  return tracker
}

const post = (path: string, body: unknown, apiKey?: string) =>
  system.request('POST', path, { body, ...(apiKey !== undefined && { apiKey }) })
const order = (deviceId: string, body: object, apiKey?: string) => post(system.pathOf(deviceId), body, apiKey)
const confirm = (deviceId: string, token: string, apiKey?: string) =>
  post(`${system.pathOf(deviceId)}/confirm`, { token }, apiKey)
const tokenFor = async (deviceId: string, apiKey?: string): Promise<string> => {
  const { status, body } = await order(deviceId, cut, apiKey)
  expect(status).toBe(201)
  return body.confirmation.token
}
const refusedAs = (type: string) => expect.objectContaining({ type: `urn:h02:problem:${type}` })
const auditOf = async (deviceId: string): Promise<any[]> =>
  (await system.ask('GET', `/v1/devices/${deviceId}/audit`)).items.filter(
    ({ danger }: { danger: string }) => danger === 'dangerous',
  )
const intentsOf = async (deviceId: string): Promise<string[]> =>
  (await system.ask('GET', system.pathOf(deviceId))).items.map(({ intent }: { intent: string }) => intent)

/** Commands go out in order: if anything had been written, it would stand before this. */
async function expectNothingButMarker(deviceId: string, tracker: HandMade): Promise<void> {
  await system.order(deviceId, marker)
  expect(await tracker.untilHeard((heard) => heard.includes(MARKER_BYTES))).toBe(MARKER_BYTES)
}

async function expectRestored(deviceId: string, tracker: HandMade, apiKey?: string): Promise<void> {
  expect((await order(deviceId, restore, apiKey)).status).toBe(202)
  await tracker.untilHeard((heard) => new RegExp(`\\*HQ,${deviceId},S20,\\d{6},1,0#`).test(heard))
}

/**
 * Resolves to the command with its verdict, while its tracker reports: a tracker that sends nothing may be asleep and
 * is waited for much longer.
 */
async function endedAwake(tracker: HandMade, command: { deviceId: string; commandId: string }): Promise<any> {
  const timer = setInterval(() => tracker.report(slow), scaled(5))
  try {
    return await system.ended(command)
  } finally {
    clearInterval(timer)
  }
}

const lateReasons = /^(?:not-received|too-late)\b/

/** On a busy machine the gateway may refuse a cut because it was delivered too late. Then it is requested again. */
async function endedAtGateway(deviceId: string, key: string): Promise<any> {
  for (;;) {
    const { status, body } = await confirm(deviceId, await tokenFor(deviceId, key), key)
    expect(status).toBe(202)
    const ended = await system.ended(body)
    if (!lateReasons.test(ended.conclusion.reason)) return ended
  }
}

/** Requests a cut that the gateway must refuse and not write. */
async function expectWithheld(deviceId: string, tracker: HandMade, why: RegExp): Promise<void> {
  const { key, keyId } = await system.makeKey(['read', 'command', 'command:engine'])
  const ended = await endedAtGateway(deviceId, key)
  expect(ended).toMatchObject({ state: 'concluded', verdict: 'undelivered', createdBy: keyId })
  expect(ended.conclusion.reason).toMatch(why)
  expect(ended.attempts).toHaveLength(1)
  expect(ended.attempts[0].written).toBe('no')
  await expectNothingButMarker(deviceId, tracker)
  const of = { commandId: ended.commandId, who: keyId, intent: 'engine-cut', danger: 'dangerous', hex: null }
  expect((await auditOf(deviceId)).slice(-2)).toEqual([
    expect.objectContaining({ ...of, step: 'asked', at: ended.createdAt, verdict: null }),
    expect.objectContaining({
      ...of,
      step: 'ended',
      at: ended.conclusion.at,
      verdict: 'undelivered',
      reason: ended.conclusion.reason,
    }),
  ])
  await expectRestored(deviceId, tracker)
}

export function safety(): void {
  // One after the other: many requests of one moment would each start an instance of the API.
  const next = inOrder()
  describe('a cut of the engine', () => {
    it(
      'is written once at 20 km/h, however often it is confirmed, and audited',
      next(async () => {
        const deviceId = '9170000601'
        const tracker = await connect(deviceId, slow)
        const { key, keyId } = await system.makeKey(['read', 'command', 'command:engine'])
        const token = await tokenFor(deviceId, key)
        const { status, body } = await confirm(deviceId, token, key)
        expect(status).toBe(202)
        const bytes = await tracker.untilHeard((heard) => heard.endsWith('#'))
        const [, time = ''] = /^\*HQ,9170000601,S20,(\d{6}),1,1#$/.exec(bytes) ?? []
        expect(time).not.toBe('')
        tracker.reply('S20', time, ['DONE'], { ...slow, isCut: true })
        tracker.report({ ...slow, isCut: true })
        tracker.report({ ...slow, isCut: true })
        const ended = await system.ended(body)
        expect(ended.verdict).toBe('confirmed')

        const again = await confirm(deviceId, token, key)
        expect(again.body.commandId).toBe(ended.commandId)
        expect(await intentsOf(deviceId)).toEqual(['engine-cut'])
        await system.order(deviceId, marker)
        expect(await tracker.untilHeard((heard) => heard.endsWith(MARKER_BYTES))).toBe(bytes + MARKER_BYTES)

        const of = { commandId: ended.commandId, who: keyId, intent: 'engine-cut', danger: 'dangerous' }
        expect(await auditOf(deviceId)).toEqual([
          expect.objectContaining({ ...of, step: 'asked', at: ended.createdAt, verdict: null, hex: null }),
          expect.objectContaining({
            ...of,
            step: 'ended',
            at: ended.conclusion.at,
            dialect: 'h02',
            verdict: 'confirmed',
            hex: Buffer.from(bytes).toString('hex'),
          }),
        ])
      }),
    )

    it(
      'is refused by the gateway at 21 km/h; a restore is accepted',
      next(async () => {
        const deviceId = '9170000602'
        await expectWithheld(deviceId, await connect(deviceId, fast), /^interlock: moving: last fix 21 km\/h/)
      }),
    )

    it(
      'is refused by the gateway with a stale fix; a restore is accepted',
      next(async () => {
        const deviceId = '9170000603'
        await expectWithheld(
          deviceId,
          await connect(deviceId, stale),
          /^interlock: the last fix is 3\d\d s old; the limit is 60 s/,
        )
      }),
    )

    it(
      'requires step 2, with a valid token of the same key and device',
      next(async () => {
        const deviceId = '9170000604'
        const other = '9170000605'
        const tracker = await connect(deviceId, slow)
        const otherTracker = await connect(other, slow)
        const { key } = await system.makeKey(['command', 'command:engine'])

        const token = await tokenFor(deviceId)
        expect((await confirm(deviceId, token, key)).body).toEqual(refusedAs('confirmation-gone'))
        expect((await confirm(other, token)).body).toEqual(refusedAs('confirmation-gone'))
        expect((await confirm(deviceId, 'A'.repeat(32))).body).toEqual(refusedAs('confirmation-gone'))
        expect((await post(`${system.pathOf(deviceId)}/confirm`, {})).body).toEqual(
          refusedAs('invalid-request'),
        )
        await letTokensExpire(deviceId)
        const late = await confirm(deviceId, token)
        expect(late).toMatchObject({ status: 410, body: refusedAs('confirmation-gone') })

        expect(await intentsOf(deviceId)).toEqual([])
        expect(await auditOf(deviceId)).toEqual([])
        await expectNothingButMarker(deviceId, tracker)
        await expectNothingButMarker(other, otherTracker)
      }),
    )

    it(
      'is refused to a key without scope command:engine in any wording; a restore is accepted',
      next(async () => {
        const deviceId = '9170000606'
        const tracker = await connect(deviceId, slow)
        const { key } = await system.makeKey(['read', 'command', 'command:raw', 'secrets', 'admin'])
        const inDisguise = [
          cut,
          { ...cut, confirm: true },
          { intent: 'engine-cut-pulses', params: { seconds: '5,5' } },
          { raw: `*HQ,${deviceId},S20,101112,1,1#` },
          { rawHex: Buffer.from('9400000').toString('hex') },
          { raw: `*HQ,${deviceId},S32,101112,1#*HQ,${deviceId},S20,101113,1,1#` },
        ]
        for (const body of inDisguise) {
          const answer = await order(deviceId, body, key)
          expect(answer, JSON.stringify(body)).toMatchObject({ status: 403, body: refusedAs('forbidden') })
          expect(answer.body.detail).toContain('command:engine')
        }
        const someonesToken = await tokenFor(deviceId)
        expect(await confirm(deviceId, someonesToken, key)).toMatchObject({ status: 403 })

        expect(await intentsOf(deviceId)).toEqual([])
        await expectNothingButMarker(deviceId, tracker)
        await expectRestored(deviceId, tracker, key)
      }),
    )

    it(
      'is refused at either step while another command is open',
      next(async () => {
        const deviceId = '9170000607'
        const tracker = await connect(deviceId, slow)
        const busy = { status: 409, body: refusedAs('device-busy') }
        // The reply window of the other command may be over sooner than a busy machine has asked: then once more.
        const duringAnother = async (ask: () => Promise<unknown>): Promise<unknown> => {
          for (;;) {
            const { commandId } = await system.order(deviceId, { intent: 'read-config' })
            const answer = await ask()
            const { state } = await system.read(deviceId, commandId)
            await endedAwake(tracker, { deviceId, commandId })
            if (state === 'dispatching' || state === 'sent') return answer
          }
        }
        expect(await duringAnother(() => order(deviceId, cut))).toMatchObject(busy)
        const token = await tokenFor(deviceId)
        expect(await duringAnother(() => confirm(deviceId, token))).toMatchObject(busy)

        expect(new Set(await intentsOf(deviceId))).toEqual(new Set(['read-config']))
        await system.order(deviceId, marker)
        expect(await tracker.untilHeard((heard) => heard.endsWith(MARKER_BYTES))).toMatch(/^(RCONF)+QZXT$/)
      }),
    )

    it(
      'that is split into two raw commands never joins on the socket',
      next(async () => {
        const deviceId = '9170000612'
        const tracker = await connect(deviceId, slow)
        const { key } = await system.makeKey(['command', 'command:raw', 'read'])
        const raw = (text: string) => order(deviceId, { raw: text, confirm: true, queue: true }, key)
        for (const part of [`*HQ,${deviceId},S2`, '0,120000,1,1#']) {
          expect(await raw(part)).toMatchObject({ status: 422, body: refusedAs('unsafe-bytes') })
        }
        const first = await raw('94')
        expect(first.status).toBe(202)
        expect(await tracker.untilHeard((heard) => heard.includes('94'))).toBe('94')
        await endedAwake(tracker, first.body)
        const refused = await system.ended((await order(deviceId, { raw: '0 0', confirm: true }, key)).body)
        expect(refused).toMatchObject({ verdict: 'undelivered' })
        expect(refused.conclusion.reason).toMatch(/^unfinished-bytes: together/)
        // What may wait does so until a frame of ours has ended the bytes before it.
        const { body: second } = await raw('0 00')
        await until(
          () => system.read(deviceId, second.commandId),
          ({ state, timeline }) =>
            state === 'queued' &&
            timeline.some(({ text }: { text: string }) =>
              text.includes('together with the bytes written before'),
            ),
        )
        expect(await system.ask('DELETE', system.pathOf(deviceId, second.commandId))).toMatchObject({
          verdict: 'undelivered',
        })
        await system.order(deviceId, marker)
        expect(await tracker.untilHeard((heard) => heard.includes(MARKER_BYTES))).toBe(`94${MARKER_BYTES}`)
      }),
    )

    it(
      'ends the watch of an earlier cut, and is refused during a restore',
      next(async () => {
        const deviceId = '9170000610'
        const tracker = await connect(deviceId, slow)
        const { body } = await confirm(deviceId, await tokenFor(deviceId))
        const bytes = await tracker.untilHeard((heard) => heard.endsWith('#'))
        tracker.reply('S20', bytes.split(',')[3]!, ['DONE'], { ...slow, isCut: true })
        await until(
          () => deviceOf(deviceId),
          ({ commands }) => commands.watching.includes(body.commandId),
        )
        const again = await confirm(deviceId, await tokenFor(deviceId))
        expect(again.status).toBe(202)
        await tracker.untilHeard((heard) => heard.match(/S20,\d{6},1,1#/g)?.length === 2)
        expect(await system.ended(body)).toMatchObject({
          verdict: 'unconfirmed',
          conclusion: { reason: 'superseded' },
        })
        await expectRestored(deviceId, tracker)
        // The second cut is still unanswered, so the first step refuses already.
        expect(await order(deviceId, cut)).toMatchObject({ status: 409, body: refusedAs('device-busy') })
      }),
    )

    it(
      'is refused at either step while the device is offline, and never queued; a restore is',
      next(async () => {
        const deviceId = '9170000608'
        const offline = { status: 409, body: refusedAs('device-offline') }
        const first = await connect(deviceId, slow)
        const token = await tokenFor(deviceId)
        await first.hangUp()
        await until(
          () => deviceOf(deviceId),
          ({ session }) => session === null,
        )
        expect(await order(deviceId, cut)).toMatchObject(offline)
        expect(await confirm(deviceId, token)).toMatchObject(offline)
        expect(await deviceOf(deviceId)).toMatchObject({ commands: { queued: 0, open: null } })
        expect(await intentsOf(deviceId)).toEqual([])
        expect(await order(deviceId, restore)).toMatchObject({ status: 202, body: { state: 'queued' } })

        const second = await dial(deviceId)
        second.report(slow)
        await expectHeardFirst(second, /^\*HQ,9170000608,S20,\d{6},1,0#/)
        expect(first.heard()).toBe('')
      }),
    )

    it(
      'is refused at either step while a second socket uses the id and fakes the effect',
      next(async () => {
        const deviceId = '9170000609'
        const contested = { status: 409, body: refusedAs('device-contested') }
        const real = await connect(deviceId, slow)
        const token = await tokenFor(deviceId)
        const spoof = await dial(deviceId, '127.99.0.1')
        spoof.report({ kmh: 0 })
        await isHeardFrom(deviceId, '127.99.0.1')
        // Before the real tracker has sent another frame.
        expect(await order(deviceId, cut)).toMatchObject(contested)
        expect(await confirm(deviceId, token)).toMatchObject(contested)

        real.report({ kmh: 111 })
        await until(
          () => deviceOf(deviceId),
          ({ contestedUntil }) => contestedUntil !== null,
        )
        const armed = await system.order(deviceId, { intent: 'arm' })
        await spoof.untilHeard((heard) => heard.includes(',SCF,'))
        for (let n = 0; n < 3; n++) {
          spoof.report({ kmh: 0, isCut: true })
          real.report({ kmh: 111 })
        }
        expect(await order(deviceId, cut)).toMatchObject(contested)
        expect(await confirm(deviceId, token)).toMatchObject(contested)
        expect(await intentsOf(deviceId)).toEqual(['arm'])
        // The bus delivers at least once.
        const reported = await until(
          async () =>
            system.events.filter(
              ({ detailType, detail }) => detailType === 'Device Contested' && detail.deviceId === deviceId,
            ),
          (found) => found.length > 0,
        )
        for (const { detail } of reported)
          expect(detail).toMatchObject({ ownerAddress: '127.99.0.1', otherAddress: '127.0.0.1' })
        expect(real.heard()).toBe('')
        expect((await order(deviceId, restore)).status).toBe(202)
        await spoof.untilHeard((heard) => new RegExp(`\\*HQ,${deviceId},S20,\\d{6},1,0#`).test(heard))
        expect((await system.ended(armed)).verdict).not.toBe('confirmed')
      }),
    )
  })

  describe('a command with a password', () => {
    it(
      'waits until the first session of a device is established, and reports until when',
      next(async () => {
        const deviceId = '9170000611'
        await system.register(deviceId, { ackPolicy: 'none', password: '4321' })
        const interval = { intent: 'interval-on', dialect: 'text', params: { seconds: 20 } }
        const asked = await system.order(deviceId, interval)
        const tracker = await dial(deviceId)
        tracker.report(slow)
        const waits = await until(
          () => system.read(deviceId, asked.commandId),
          ({ timeline }) => timeline.some(({ text }: any) => text.includes('contains a secret')),
        )
        expect(waits.state).toBe('queued')
        expect(tracker.heard()).toBe('')
        // A command without a secret does not wait behind it.
        await expectNothingButMarker(deviceId, tracker)
        tracker.report(slow)
        await tracker.untilHeard((heard) => heard.endsWith('8054321 20'))
        await tracker.hangUp()

        // The same network again: it is known by now.
        const again = await dial(deviceId, '127.0.77.1')
        again.report(slow)
        await isHeardFrom(deviceId, '127.0.77.1')
        await system.order(deviceId, { ...interval, params: { seconds: 30 } })
        await again.untilHeard((heard) => heard.includes('8054321 30'))
      }),
    )
  })
}

async function expectHeardFirst(tracker: HandMade, first: RegExp): Promise<void> {
  expect(await tracker.untilHeard((heard) => heard.endsWith('#'))).toMatch(first)
}

/** As if its minute had passed. */
async function letTokensExpire(deviceId: string): Promise<void> {
  const { client, table } = openFleetTable(system.dataDir)
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :confirmation)',
      ExpressionAttributeValues: { ':pk': `device#${deviceId}`, ':confirmation': 'confirmation#' },
    }),
  )
  expect(Items).toHaveLength(1)
  for (const { pk, sk } of Items) {
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk, sk },
        UpdateExpression: 'SET expiresAt = :past',
        ExpressionAttributeValues: { ':past': Date.now() - 1 },
      }),
    )
  }
  client.destroy()
}
