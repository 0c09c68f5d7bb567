import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toSave } from '#shared/commands/change-command.ts'
import { makeCommandId, type Command } from '#shared/domain/command.ts'
import {
  endQueued,
  createCommand,
  enqueue,
  startDispatch,
  LOOK_AGAIN_MS,
  type Life,
} from '#shared/domain/command-life.ts'
import { applySnapshot } from '#shared/domain/command-reports.ts'
import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { verdicts } from '#shared/domain/verdict.ts'
import type { CommandedDevice, CommandSave } from '#shared/store/command-save.ts'
import { createEvidenceStore } from '#shared/store/evidence.ts'
import { transact } from '#shared/store/transact.ts'
import { MINUTE, reportOf, sessionOf, start, startCommands, type TestCommands } from '../commands/harness.ts'

const DAY = 24 * 60 * MINUTE
let t: TestCommands
beforeAll(async () => {
  t = await startCommands()
})
afterAll(() => t.close())

const saveOf = (
  device: CommandedDevice,
  before: Command | null,
  { command: after, device: line }: Life,
  only: 'epoch' | null = 'epoch',
): CommandSave => toSave({ maskWritten: (hex) => hex }, device, [{ before, after }], line, only)
const deviceOf = async (deviceId: string): Promise<CommandedDevice> =>
  (await t.commands.readDevice(deviceId))!
const itemOf = async (deviceId: string, commandId: string) =>
  (await t.client.send(new GetCommand({ TableName: t.table, Key: fleetKeys.command(deviceId, commandId) })))
    .Item
const savingOf = async (deviceId: string, more: Parameters<typeof t.order>[1] = {}) => {
  const device = await deviceOf(deviceId)
  const command = createCommand(t.order(deviceId, more), null)
  const life = enqueue({ command, device: device.commands })
  return { device, life, save: saveOf(device, null, life) }
}
const putQueued = async (deviceId: string, more: Parameters<typeof t.order>[1] = {}): Promise<Command> => {
  const { save, life } = await savingOf(deviceId, more)
  expect(await t.commands.save(save)).toBe('saved')
  return { ...life.command, version: 1 }
}

describe('saving commands', () => {
  it('stores the whole command, and lists it in the queue of its device', async () => {
    const deviceId = await t.makeDevice()
    const command = await putQueued(deviceId, { params: { seconds: 20, note: 'x' }, raw: '4358' })
    expect(await t.commands.get(deviceId, command.commandId)).toEqual(command)
    expect(await t.readQueue(deviceId)).toEqual({
      queue: [{ commandId: command.commandId, effectKey: null }],
      open: null,
      openRestore: null,
      watching: [],
    })
    expect(await itemOf(deviceId, command.commandId)).toMatchObject({
      ttl: start / 1000 + 400 * 86_400,
      due: expect.stringMatching(/^due#[0-7]$/),
      dueAt: command.expiresAt,
    })
  })

  it('refuses an existing command, and changes nothing', async () => {
    const deviceId = await t.makeDevice()
    const { commandId } = await putQueued(deviceId)
    const { save } = await savingOf(deviceId, { commandId })
    expect(await t.commands.save(save)).toBe('exists')
    expect((await t.readQueue(deviceId)).queue).toHaveLength(1)
  })

  it('lets one of two concurrent writers succeed', async () => {
    const deviceId = await t.makeDevice()
    const [a, b] = [await savingOf(deviceId), await savingOf(deviceId)]
    expect((await Promise.all([t.commands.save(a.save), t.commands.save(b.save)])).sort()).toEqual([
      'changed',
      'saved',
    ])
    const command = (
      await t.commands.getMany(deviceId, [a.life.command.commandId, b.life.command.commandId])
    )[0]!
    const device = await deviceOf(deviceId)
    const cancelled = saveOf(
      device,
      command,
      endQueued({ command, device: device.commands }, 'cancelled', start),
    )
    expect(await t.commands.save(cancelled)).toBe('saved')
    expect(await t.commands.save({ ...cancelled, device: null })).toBe('changed')
  })

  it('fails when the device has changed since the request', async () => {
    const deviceId = await t.makeDevice()
    const queued = await savingOf(deviceId)
    await t.sessions.login({ ...sessionOf(2), deviceId })
    expect(await t.commands.save(queued.save)).toBe('changed')
    const going = await savingOf(deviceId)
    const save: CommandSave = { ...going.save, device: { ...going.save.device!, only: 'session' } }
    await t.sessions.logout(deviceId, sessionOf(2).sessionId)
    expect(await t.commands.save(save)).toBe('changed')
    const gone = await savingOf(deviceId)
    await t.devices.remove(deviceId)
    expect(await t.commands.save(gone.save)).toBe('changed')
  })

  it('does not create an unknown device', async () => {
    const deviceId = await t.makeDevice()
    const { save } = await savingOf(deviceId)
    const before = { ...save.device!.before, deviceId: '6000000009' }
    const nowhere = { ...save, device: { ...save.device!, before, only: null } }
    expect(await t.commands.save(nowhere)).toBe('changed')
    expect(await t.commands.readDevice('6000000009')).toBeNull()
  })
})

/** A command that is concluded in the table. */
async function conclude(deviceId: string, facts: object, more: Parameters<typeof t.order>[1] = {}) {
  const command = await putQueued(deviceId, more)
  let device = await deviceOf(deviceId)
  const going = startDispatch(
    { command, device: device.commands },
    {
      now: start,
      session: sessionOf(1),
      dialect: 'text',
      model: device.model,
      firmware: device.firmware,
      lookAgainMs: LOOK_AGAIN_MS,
    },
  )
  expect(await t.commands.save(saveOf(device, command, going))).toBe('saved')
  return report((await t.commands.get(deviceId, command.commandId))!, facts)
}
async function report(
  command: Command,
  { reported, ...facts }: object & { readonly reported?: CommandSnapshot['reply'] },
): Promise<Command> {
  const device = await deviceOf(command.deviceId)
  const rules = { replyMs: 30_000, effectMs: null, verdictMs: 300_000, otherDialect: null }
  const context = { now: start, rules, session: null, lookAgainMs: LOOK_AGAIN_MS }
  const after = applySnapshot(
    { command, device: device.commands },
    reportOf(command, facts, reported === undefined ? {} : { reply: reported }),
    context,
  )
  expect(await t.commands.save(saveOf(device, command, after, null))).toBe('saved')
  return (await t.commands.get(command.deviceId, command.commandId))!
}
const silent = { written: 'yes', writtenAt: start, replyWindowOver: true }
const answered = { ...silent, reply: { at: start, ok: true, ambiguous: false, late: true } }

describe('the conclusion of a command', () => {
  it('stays due until it has been reported', async () => {
    const deviceId = await t.makeDevice()
    const command = await conclude(deviceId, answered)
    expect(command.conclusion?.verdict).toBe('answered')
    expect(await itemOf(deviceId, command.commandId)).toMatchObject({ dueAt: start + MINUTE })
    await t.commands.markPublished({
      ...command,
      conclusion: { ...command.conclusion!, verdict: 'unanswered' },
    })
    expect((await itemOf(deviceId, command.commandId))?.dueAt).toBeDefined()
    await t.commands.markPublished(command)
    expect((await itemOf(deviceId, command.commandId))?.dueAt).toBeUndefined()
    expect((await t.commands.get(deviceId, command.commandId))?.dueAt).toBeNull()
  })

  /** A report that came while it was being reported. */
  const grown = (command: Command): CommandSave => ({
    commands: [
      {
        before: command,
        after: { ...command, timeline: [...command.timeline, { ...command.timeline[0]!, id: 'x' }] },
      },
    ],
    device: null,
    evidence: [],
    audit: [],
  })

  it('is reported although items are added to its timeline meanwhile', async () => {
    const deviceId = await t.makeDevice()
    const command = await conclude(deviceId, answered)
    expect(await t.commands.save(grown(command))).toBe('saved')
    await t.commands.markPublished(command)
    expect((await itemOf(deviceId, command.commandId))?.dueAt).toBeUndefined()
  })

  it('does not become due again when an older copy is saved after the report', async () => {
    const deviceId = await t.makeDevice()
    const command = await conclude(deviceId, answered)
    await t.commands.markPublished(command)
    expect(await t.commands.save(grown(command))).toBe('changed')
    expect((await itemOf(deviceId, command.commandId))?.dueAt).toBeUndefined()
  })

  it('stays due, when not reported yet, although items are added to its timeline', async () => {
    const deviceId = await t.makeDevice()
    const command = await conclude(deviceId, answered)
    await t.commands.save(grown(command))
    expect(await itemOf(deviceId, command.commandId)).toMatchObject({ dueAt: start + MINUTE })
  })

  it('is counted once per firmware, intent and dialect, and a correction corrects the count', async () => {
    const firmware = 'CORR-1(a) #1'
    const deviceId = await t.makeDevice({ model: 'a golf', firmware })
    const command = await conclude(deviceId, silent)
    const row = { firmware, intent: 'read-status', dialect: 'text', unreplied: 0 }
    expect(await t.evidence.ofFamily('CORR1')).toEqual([{ ...row, counts: { unanswered: 1 } }])
    await conclude(deviceId, silent)
    const corrected = await report(command, answered)
    expect(corrected.conclusion).toMatchObject({ verdict: 'answered', late: true })
    expect(await t.evidence.ofFamily('CORR1')).toEqual([{ ...row, counts: { answered: 1, unanswered: 1 } }])
    await t.devices.patch(deviceId, { model: 'another' })
    await conclude(deviceId, answered)
    expect(await t.evidence.ofFamily('CORR1')).toEqual([{ ...row, counts: { answered: 2, unanswered: 1 } }])
    expect(await t.evidence.listFamilies()).toContain('CORR1')
    expect(await t.evidence.ofFamily('missing')).toEqual([])
  })

  it('is counted for the firmware that its own reply names', async () => {
    const deviceId = await t.makeDevice()
    const named = (facts: object) => ({ ...answered, reported: { text: 'x', facts } })
    await conclude(deviceId, named({ firmware: 'FIRST_V1' }))
    expect(await t.evidence.ofFamily('FIRST')).toMatchObject([{ counts: { answered: 1 } }])
    // Of another device, and a version without its name.
    await conclude(deviceId, named({ firmware: 'OTHER_V1', deviceId: '1' }))
    expect(await t.evidence.ofFamily('OTHER')).toEqual([])
    await t.commands.noteSeen(deviceId, { firmware: 'FIRST_V1.5-TQ' })
    await conclude(deviceId, named({ firmware: 'V1.5' }))
    expect(await t.evidence.ofFamily('FIRST')).toMatchObject([
      { firmware: 'FIRST_V1' },
      { firmware: 'FIRST_V1.5-TQ', counts: { answered: 1 } },
    ])
  })

  it('stored by an older version is found by its firmware, whatever model it was counted under', async () => {
    const counted = async (model: string, firmware: string, counts: object) => {
      await t.client.send(
        new PutCommand({
          TableName: t.table,
          Item: {
            ...fleetKeys.evidence(model, 3, firmware, 'read-status', 'text'),
            firmware,
            intent: 'read-status',
            dialect: 'text',
            ...counts,
          },
        }),
      )
      await t.client.send(
        new PutCommand({
          TableName: t.table,
          Item: { pk: `model#${encodeURIComponent(model)}`, sk: 'model', list: 'models#0', listKey: model },
        }),
      )
    }
    await counted('ST-OLD', 'OLD_V1', { answered: 3 })
    await counted('my old car', 'OLD_V1', { answered: 1, unanswered: 2 })
    // A model that is called as the family.
    await counted('OLD', 'OLD_V1', { confirmed: 5 })
    await counted('ST-OLD', 'elsewhere_V1', { answered: 9 })
    await conclude(await t.makeDevice({ firmware: 'OLD_V1' }), answered)
    const fresh = createEvidenceStore(t)
    expect(await fresh.ofFamily('OLD')).toEqual([
      {
        firmware: 'OLD_V1',
        intent: 'read-status',
        dialect: 'text',
        unreplied: 0,
        counts: { answered: 5, confirmed: 5, unanswered: 2 },
      },
    ])
    expect(await fresh.listFamilies()).toEqual(expect.arrayContaining(['OLD', 'ELSEWHERE']))
  })

  it('is counted for every verdict', async () => {
    const deviceId = await t.makeDevice({ firmware: 'ALL_V1' })
    const reported = [
      { written: 'uncertain', replyWindowOver: true },
      { ...answered, reply: { ...answered.reply, ok: false } },
      { ...answered, effect: null },
      silent,
    ]
    for (const facts of reported) await conclude(deviceId, facts)
    for (const verdict of verdicts.slice(1)) {
      const change = {
        commandId: 'x',
        firmware: 'ALL_V1',
        intent: 'read-status',
        replied: verdict !== 'confirmed',
      } as const
      const evidence = [{ ...change, dialect: 'text' as const, verdict, by: 1 as const }]
      expect(await t.commands.save({ commands: [], device: null, evidence, audit: [] })).toBe('saved')
    }
    const [{ counts, unreplied }] = (await t.evidence.ofFamily('ALL')) as any
    expect(unreplied).toBe(1)
    expect(counts).toEqual({
      unknown: 2,
      rejected: 2,
      answered: 2,
      unanswered: 2,
      confirmed: 1,
      unconfirmed: 1,
      contradicted: 1,
    })
  })

  it('is counted correctly when many are saved at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => t.makeDevice({ firmware: 'MANY_V1' })))
    await Promise.all(ids.map((deviceId) => conclude(deviceId, answered)))
    expect(await t.evidence.ofFamily('MANY')).toMatchObject([{ counts: { answered: 20 } }])
  })
})

describe('the model that a reply names', () => {
  it('is used where no model is registered', async () => {
    const deviceId = await t.makeDevice()
    await t.commands.noteSeen(deviceId, { model: 'ST906', firmware: 'V1' })
    expect(await deviceOf(deviceId)).toMatchObject({ model: 'ST906', firmware: 'V1' })
    await t.devices.patch(deviceId, { model: 'ST-906L' })
    await t.commands.noteSeen(deviceId, { model: 'ST907' })
    expect(await deviceOf(deviceId)).toMatchObject({ model: 'ST-906L', firmware: 'V1' })
    await t.devices.remove(deviceId)
    await t.commands.noteSeen(deviceId, { model: 'X' })
    expect((await deviceOf(deviceId)).model).toBeNull()
  })
})

describe('lists of commands', () => {
  it('return every command once, newest first, page by page, with filters', async () => {
    const deviceId = await t.makeDevice()
    const intents = ['read-status', 'read-firmware', 'read-config']
    const made: Command[] = []
    for (let i = 0; i < 60; i++) {
      const createdAt = start + i * MINUTE
      const commandId = makeCommandId(createdAt, i)
      const command = createCommand(
        t.order(deviceId, {
          commandId,
          createdAt,
          intent: intents[i % 3]!,
          probeId: i % 4 === 0 ? 'p' : null,
        }),
        null,
      )
      made.push(command)
      await t.commands.save({
        commands: [{ before: null, after: command }],
        device: null,
        evidence: [],
        audit: [],
      })
    }
    const filters = fc.record(
      {
        intent: fc.constantFrom(...intents),
        probeId: fc.constant('p'),
        from: fc.integer({ min: start - MINUTE, max: start + 61 * MINUTE }),
        to: fc.integer({ min: start - MINUTE, max: start + 61 * MINUTE }),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), async (filter, limit) => {
        const found: string[] = []
        let after: string | undefined
        do {
          const page = await t.commands.list(deviceId, filter, { after, limit })
          expect(page.commands.length).toBeLessThanOrEqual(limit)
          found.push(...page.commands.map(({ commandId }) => commandId))
          after = page.next ?? undefined
        } while (after !== undefined)
        const expected = made.filter(
          ({ intent, probeId, createdAt }) =>
            (filter.intent === undefined || filter.intent === intent) &&
            (filter.probeId === undefined || filter.probeId === probeId) &&
            createdAt >= (filter.from ?? 0) &&
            createdAt < (filter.to ?? Infinity),
        )
        expect(found).toEqual(expected.map(({ commandId }) => commandId).toReversed())
      }),
      { numRuns: 30 },
    )
  })

  it('and single reads return nothing that has expired', async () => {
    const deviceId = await t.makeDevice()
    const { commandId } = await putQueued(deviceId)
    t.clock.now = start + 401 * DAY
    expect(await t.commands.get(deviceId, commandId)).toBeNull()
    expect((await t.commands.list(deviceId, {}, { limit: 10 })).commands).toEqual([])
    t.clock.now = start
  })
})

describe('a purge of commands', () => {
  it('deletes the commands made before a time, and no others', async () => {
    const deviceId = await t.makeDevice()
    const old = await putQueued(deviceId)
    const fresh = await putQueued(deviceId, { createdAt: start + MINUTE })
    // The command, and the network that the device was in.
    expect(await t.commands.purge(deviceId, start + MINUTE)).toBe(2)
    expect(await t.commands.get(deviceId, old.commandId)).toBeNull()
    expect(await t.commands.get(deviceId, fresh.commandId)).not.toBeNull()
    expect(await t.commands.readDevice(deviceId)).not.toBeNull()
  })
})

describe('an audit entry', () => {
  it('keeps user, time and outcome when the device is purged; its bytes are removed', async () => {
    const deviceId = await t.makeDevice()
    const disruptive = { intent: 'restart', danger: 'disruptive' as const }
    const command = await conclude(deviceId, silent, disruptive)
    const entries = await t.parts.audit.list(deviceId)
    expect(entries.map(({ step, verdict, who }) => [step, verdict, who])).toEqual([
      ['asked', null, 'key1'],
      ['ended', 'unanswered', 'key1'],
    ])
    expect(await itemOf(deviceId, command.commandId)).toBeDefined()
    const written = { ...entries[1]!, id: 'c2', createdAt: start, at: start + MINUTE, bytes: '2a23' }
    await t.parts.audit.add([written, written])
    const all = await t.parts.audit.list(deviceId)
    expect(all.map(({ bytes }) => bytes)).toEqual([null, null, '2a23'])
    await t.commands.purge(deviceId, start + MINUTE)
    const left = await t.parts.audit.list(deviceId)
    expect(left).toEqual(all.map((entry) => ({ ...entry, bytes: null })))
  })
})

describe('a transaction of the store', () => {
  const put = (pk: string) => ({ Put: { TableName: 'fleet', Item: { pk, sk: 'x' } } })
  const cancelledBy = (...codes: string[]) =>
    new TransactionCanceledException({
      message: 'cancelled',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    })
  const clientThat = (...answers: unknown[]) => {
    let calls = 0
    const send = async () => {
      const answer = answers[Math.min(calls++, answers.length - 1)]
      if (answer !== null) throw answer
    }
    return { client: { send } as any, calls: () => calls }
  }

  it('that conflicts with another is retried', async () => {
    const { client, calls } = clientThat(cancelledBy('None', 'TransactionConflict'), null)
    expect(await transact(client, [put('a'), put('b')])).toEqual([])
    expect(calls()).toBe(2)
  })

  it('whose condition fails is not retried', async () => {
    const { client, calls } = clientThat(cancelledBy('TransactionConflict', 'ConditionalCheckFailed'))
    expect(await transact(client, [put('a'), put('b')])).toEqual([1])
    expect(calls()).toBe(1)
  })

  it('that is invalid throws', async () => {
    const { client } = clientThat(cancelledBy('ValidationError'))
    await expect(transact(client, [put('a')])).rejects.toBeDefined()
  })
})
