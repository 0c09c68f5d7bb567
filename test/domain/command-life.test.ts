import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '#shared/domain/command.ts'
import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import {
  abandon,
  endQueued,
  createCommand,
  enqueue,
  expire,
  startDispatch,
  undelivered,
  type Life,
  type LifeContext,
} from '#shared/domain/command-life.ts'
import { applySnapshot, cancel, giveUp, notWritten } from '#shared/domain/command-reports.ts'
import { emptyDevice, nextQueued } from '#shared/domain/device-commands.ts'
import { evidenceOf } from '#shared/domain/evidence-change.ts'
import { type AttemptFacts, judge, mergeFacts, noFacts } from '#shared/domain/verdict.ts'
import { addItems, toItem } from '#shared/domain/timeline.ts'
import {
  contextAt,
  dispatchedLife,
  makeGatewayItem,
  makeOrder,
  makeSnapshot,
  plainRules,
  queuedLife,
  replied,
  session,
  start,
  written,
} from './lives.ts'

const SECOND = 1_000
const later = (ms: number, context: Partial<LifeContext> = {}) => contextAt(start + ms, context)
const withEffect = { ...plainRules, effectMs: 600_000 }
const watched = { rules: withEffect }

/** Applies reports of the first attempt, one after the other. */
const report = (life: Life, ...reports: Partial<AttemptFacts>[]): Life =>
  reports.reduce(
    (life, facts, i) =>
      applySnapshot(
        life,
        makeSnapshot(life.command, facts, { n: i + 1 }),
        later(i * SECOND, life.command.effectKey === null ? {} : watched),
      ),
    life,
  )
const verdictOf = ({ command }: Life) => command.conclusion?.verdict

describe('a reply to a command', () => {
  const said = (ok: boolean | null, reason?: string): Partial<AttemptFacts> => ({
    written: 'yes',
    writtenAt: start,
    reply: { at: start + SECOND, ok, ambiguous: false, late: false, ...(reason !== undefined && { reason }) },
  })

  it.each([
    ['not supported', 'not supported'],
    [undefined, null],
  ])('that refuses because %s concludes with the reason %s', (given, reason) => {
    const life = report(dispatchedLife(), said(false, given))
    expect(life.command.conclusion).toMatchObject({ verdict: 'rejected', ok: false, reason })
    expect(life.command.timeline.at(-1)?.text).toBe(
      reason === null ? 'Ended: rejected.' : `Ended: rejected (${reason}).`,
    )
  })

  it('that ends with an effect still watched rejects at once', () => {
    const life = report(dispatchedLife({}, 'relay'), said(false, 'not supported'))
    expect(life.command.conclusion).toMatchObject({ verdict: 'rejected', reason: 'not supported' })
  })

  it('whose first part neither accepts nor rejects is completed by its rest', () => {
    const begun = report(dispatchedLife(), said(null))
    expect(begun.command.conclusion).toMatchObject({ verdict: 'answered', ok: null })
    expect(report(dispatchedLife(), said(null), said(true)).command.conclusion).toMatchObject({
      verdict: 'answered',
      ok: true,
      corrected: false,
    })
    expect(
      report(dispatchedLife(), said(null), said(false, 'wrong format')).command.conclusion,
    ).toMatchObject({ verdict: 'rejected', ok: false, reason: 'wrong format', corrected: true })
    expect(report(dispatchedLife(), said(true), said(null)).command.conclusion).toMatchObject({ ok: true })
  })
})

describe('a queue of commands', () => {
  it('keeps the order of arrival', () => {
    const first = queuedLife({ commandId: 'a' })
    const second = enqueue({
      command: createCommand(makeOrder({ commandId: 'b' }), null),
      device: first.device,
    })
    expect(second.device.queue.map(({ commandId }) => commandId)).toEqual(['a', 'b'])
    expect(nextQueued(second.device)).toEqual({ commandId: 'a', effectKey: null })
  })

  it('sends nothing while a command awaits its reply', () => {
    const { device } = dispatchedLife()
    expect(nextQueued({ ...device, queue: [{ commandId: 'b', effectKey: null }] })).toBeNull()
  })

  it('sends the next command while the effect of the previous one is still watched', () => {
    const queue = [
      { commandId: 'b', effectKey: 'armed' },
      { commandId: 'd', effectKey: 'interval' },
    ]
    const watching = [{ commandId: 'a', effectKey: 'armed' }]
    expect(nextQueued({ ...emptyDevice, queue, watching })?.commandId).toBe('b')
  })

  const restore = { commandId: 'r', effectKey: 'relay' }
  const text = { commandId: 't', effectKey: null }

  it('sends a restore first, beside an open command, but not beside another restore', () => {
    const waiting = { ...emptyDevice, queue: [text, restore] }
    expect(nextQueued(waiting)).toEqual(restore)
    expect(nextQueued({ ...waiting, open: text })).toEqual(restore)
    expect(nextQueued({ ...waiting, openRestore: restore })).toBeNull()
    expect(nextQueued({ ...emptyDevice, queue: [text], openRestore: restore })).toBeNull()
  })

  it('puts a restore first, behind other restores', () => {
    let { device } = queuedLife({ commandId: 'a' })
    for (const commandId of ['r1', 'r2']) {
      device = enqueue({ command: createCommand(makeOrder({ commandId }), 'relay'), device }).device
    }
    expect(device.queue.map(({ commandId }) => commandId)).toEqual(['r1', 'r2', 'a'])
    const dispatched = startDispatch(
      { command: createCommand(makeOrder({ commandId: 'r1' }), 'relay'), device: { ...device, open: text } },
      { now: start, session, dialect: 'h02', model: null, firmware: null, lookAgainMs: 60_000 },
    )
    expect(dispatched.device).toMatchObject({ open: text, openRestore: { commandId: 'r1' } })
  })

  it('puts a replacement where the replaced command was', () => {
    const device = {
      ...emptyDevice,
      queue: [
        { commandId: 'a', effectKey: null },
        { commandId: 'b', effectKey: null },
      ],
    }
    const command = createCommand(makeOrder({ commandId: 'c' }), null)
    expect(enqueue({ command, device }, 'a').device.queue.map(({ commandId }) => commandId)).toEqual([
      'c',
      'b',
    ])
  })
})

describe('dispatching a command', () => {
  it('takes the slot and returns what to deliver, to which gateway and until when', () => {
    const before = queuedLife()
    const after = dispatchedLife()
    expect(after.device).toEqual({
      ...emptyDevice,
      open: { commandId: 'command1', effectKey: null },
    })
    expect(after.command).toMatchObject({ state: 'dispatching', dueAt: start + 60_000, model: 'ST-906L' })
    expect(undelivered(before.command, after.command)).toMatchObject({
      n: 1,
      ...session,
      notAfter: start + 5_000,
    })
    expect(undelivered(after.command, after.command)).toBeNull()
  })

  it('to a gateway that is not connected puts the command first in the queue again', () => {
    const life = dispatchedLife()
    const others = { ...life.device, queue: [{ commandId: 'b', effectKey: null }] }
    const after = notWritten({ ...life, device: others }, 1, 'not-connected', later(10))
    expect(after.command.state).toBe('queued')
    expect(after.command.dueAt).toBe(start + 10 + 60_000)
    expect(after.device.open).toBeNull()
    expect(after.device.queue.map(({ commandId }) => commandId)).toEqual(['command1', 'b'])
  })

  it('that fails ends a dangerous command: it is never stored for later', () => {
    const after = notWritten(dispatchedLife({ danger: 'dangerous' }), 1, 'not-connected', later(10))
    expect(after.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: 'not-connected' })
    expect(after.device).toEqual(emptyDevice)
  })
})

describe('reports of a gateway', () => {
  it('of a write keep the slot of the command until the reply', () => {
    const sent = report(dispatchedLife(), written())
    expect(sent.command.state).toBe('sent')
    expect(sent.device.open?.commandId).toBe('command1')
    const answered = report(dispatchedLife(), written(), { ...written(), ...replied(start + 800) })
    expect(answered.command).toMatchObject({
      state: 'concluded',
      conclusion: { verdict: 'answered', ok: true },
      dueAt: null,
    })
    expect(answered.device).toEqual(emptyDevice)
  })

  it('of a reply release the slot although the effect is still awaited', () => {
    const life = report(dispatchedLife({}, 'interval'), { ...written(), ...replied(start + 800) })
    expect(life.device).toEqual({
      queue: [],
      open: null,
      openRestore: null,
      watching: [{ commandId: 'command1', effectKey: 'interval' }],
    })
    expect(life.command).toMatchObject({ state: 'sent', conclusion: null })
    const effect = { at: start + 60_000, seen: 'expected' as const, likely: false }
    const after = applySnapshot(
      life,
      makeSnapshot(life.command, { ...written(), ...replied(start + 800), effect, already: false }, { n: 2 }),
      later(60_000, watched),
    )
    expect(after.command.conclusion).toMatchObject({ verdict: 'confirmed', likely: false })
    expect(after.device).toEqual(emptyDevice)
  })

  it.each([
    'no-session',
    'too-late',
    'busy',
    'not-established',
    'unfinished-bytes',
    'not-connected',
    'not-delivered',
    'not-received',
  ])('of a temporary refusal queue the command again: %s', (code) => {
    const passed = report(dispatchedLife(), { written: 'no', refusal: `${code}: why` })
    expect(passed.command.state).toBe('queued')
    expect(passed.device.queue).toHaveLength(1)
  })

  it.each(['not-encodable', 'interlock', 'contested', 'unsafe-bytes', 'busybody'])(
    'of a permanent refusal end the command: %s',
    (code) => {
      const ended = report(dispatchedLife(), { written: 'no', refusal: `${code}: why` })
      expect(ended.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: `${code}: why` })
    },
  )

  it('of a refusal never queue a dangerous command again', () => {
    const cut = report(dispatchedLife({ danger: 'dangerous' }), { written: 'no', refusal: 'no-session' })
    expect(cut.command.conclusion?.verdict).toBe('undelivered')
  })

  it('of an attempt that was never made change nothing', () => {
    const life = dispatchedLife()
    expect(applySnapshot(life, makeSnapshot(life.command, written(), { attempt: 2 }), later(SECOND))).toBe(
      life,
    )
  })

  it('that are repeated change nothing, not even when the command is due next', () => {
    const life = report(dispatchedLife(), written())
    const again = makeSnapshot(life.command, written(), { n: 7 })
    expect(applySnapshot(life, again, later(30 * SECOND))).toBe(life)
  })

  it('that are not newer still add the facts they contain', () => {
    const life = dispatchedLife()
    const newer = applySnapshot(
      life,
      makeSnapshot(life.command, written(), { epoch: 2, n: 1 }),
      later(SECOND),
    )
    const item = makeGatewayItem('1.reply', start + 900)
    const old = makeSnapshot(
      life.command,
      { ...written(), ...replied(start + 900) },
      { timeline: [item], reply: { text: 'SET OK', facts: {} } },
    )
    const after = applySnapshot(newer, old, later(2 * SECOND))
    expect(after.command.timeline).toContainEqual(item)
    expect(after.command.reply?.text).toBe('SET OK')
    expect(verdictOf(after)).toBe('answered')
  })

  it('of an unknown command prove that it was not written only if the gateway should have it', () => {
    const life = dispatchedLife()
    const ignorant = (more: Partial<CommandSnapshot>) =>
      makeSnapshot(life.command, {}, { known: false, ...more })
    const minute = later(60 * SECOND)
    expect(applySnapshot(life, ignorant({ gatewayId: 'gateway2' }), minute)).toBe(life)
    expect(applySnapshot(life, ignorant({}), later(6 * SECOND))).toBe(life)
    expect(applySnapshot(life, ignorant({}), minute).command.state).toBe('queued')
    const sent = report(life, written())
    expect(applySnapshot(sent, ignorant({ n: 9 }), minute)).toBe(sent)
  })
})

describe('the other dialect of a command', () => {
  const context = (ms: number, more: Partial<LifeContext> = {}) =>
    later(ms, { rules: { ...plainRules, otherDialect: 'h02' }, ...more })
  const silence = { ...written(), replyWindowOver: true }
  const unanswered = () => {
    const life = dispatchedLife()
    return applySnapshot(life, makeSnapshot(life.command, silence), context(31 * SECOND))
  }

  it('is tried when the first stays unanswered: visibly, in the same slot', () => {
    const life = unanswered()
    expect(life.command.state).toBe('dispatching')
    expect(life.device.open?.commandId).toBe('command1')
    expect(life.command.attempts.map(({ n, dialect }) => [n, dialect])).toEqual([
      [1, 'text'],
      [2, 'h02'],
    ])
    expect(life.command.timeline.map(({ kind }) => kind)).toContain('other-dialect')
  })

  it('is tried once', () => {
    const life = unanswered()
    const end = applySnapshot(life, makeSnapshot(life.command, silence, { attempt: 2 }), context(62 * SECOND))
    expect(verdictOf(end)).toBe('unanswered')
    expect(evidenceOf(life.command, end.command)).toEqual([
      expect.objectContaining({ dialect: 'text', verdict: 'unanswered', by: 1 }),
      expect.objectContaining({ dialect: 'h02', verdict: 'unanswered', by: 1 }),
    ])
  })

  it('is not tried after an effect, a doubtful reply or an unknown write', () => {
    const life = dispatchedLife()
    const reported: Partial<AttemptFacts>[] = [
      { ...silence, reply: { at: start + 9, ok: true, ambiguous: true, late: false } },
      { ...silence, effect: { at: start + 9, seen: 'expected', likely: false } },
      { ...silence, written: 'uncertain' },
    ]
    for (const facts of reported) {
      const after = applySnapshot(life, makeSnapshot(life.command, facts), context(31 * SECOND))
      expect(after.command.attempts).toHaveLength(1)
    }
  })

  it('is tried although the wanted state is seen, if it was so before the command', () => {
    const life = dispatchedLife()
    const effect = { at: start + 9, seen: 'expected', likely: false } as const
    const facts = { ...silence, already: true, effect }
    const after = applySnapshot(life, makeSnapshot(life.command, facts), context(31 * SECOND))
    expect(after.command.attempts).toHaveLength(2)
  })

  it('waits first in the queue for the next session when the device has disconnected', () => {
    const life = dispatchedLife()
    const after = applySnapshot(
      life,
      makeSnapshot(life.command, silence),
      context(31 * SECOND, { session: null }),
    )
    expect(after.command.state).toBe('queued')
    expect(after.device.queue).toHaveLength(1)
    const expired = expire(after, after.command.expiresAt)
    expect(verdictOf(expired)).toBe('unanswered')
  })

  it('keeps its slot while it awaits its reply, although the first dialect is answered late', () => {
    const tried = unanswered()
    const second = makeSnapshot(tried.command, written(start + 31_500), { attempt: 2 })
    const life = applySnapshot(tried, second, context(31_600))
    const late = { ...silence, reply: { at: start + 32_000, ok: true, ambiguous: false, late: true } }
    const known = applySnapshot(life, makeSnapshot(life.command, late, { n: 2 }), context(33_000))
    expect(known.command.conclusion).toBeNull()
    expect(known.device.open?.commandId).toBe('command1')
    const end = applySnapshot(
      known,
      makeSnapshot(known.command, silence, { attempt: 2, n: 2 }),
      context(64_000),
    )
    expect(end.command.conclusion).toMatchObject({ verdict: 'answered', late: true })
    expect(evidenceOf(known.command, end.command)).toEqual([
      expect.objectContaining({ dialect: 'text', verdict: 'answered' }),
      expect.objectContaining({ dialect: 'h02', verdict: 'unanswered' }),
    ])
  })
})

describe('a late correction', () => {
  const silent = () => report(dispatchedLife(), { ...written(), replyWindowOver: true })
  const late = { at: start + 90_000, ok: null, ambiguous: false, late: true }
  const correct = (life: Life, reply: AttemptFacts['reply']) =>
    applySnapshot(
      life,
      makeSnapshot(life.command, { ...written(), replyWindowOver: true, reply }, { n: 5 }),
      later(91 * SECOND),
    )

  it('turns unanswered into answered, once, and corrects the counters', () => {
    const life = silent()
    expect(verdictOf(life)).toBe('unanswered')
    const corrected = correct(life, late)
    expect(corrected.command.conclusion).toMatchObject({ verdict: 'answered', late: true })
    expect(evidenceOf(life.command, corrected.command)).toEqual([
      expect.objectContaining({ verdict: 'unanswered', by: -1 }),
      expect.objectContaining({ verdict: 'answered', by: 1 }),
    ])
    const again = correct(corrected, late)
    expect(again).toBe(corrected)
  })

  it('is not made from a reply that may belong to another command', () => {
    const life = silent()
    expect(verdictOf(correct(life, { ...late, ambiguous: true }))).toBe('unanswered')
  })

  it('changes no other verdict', () => {
    const life = report(dispatchedLife(), { ...written(), ...replied(start + 800, false) })
    expect(verdictOf(life)).toBe('rejected')
    expect(verdictOf(correct(life, late))).toBe('rejected')
  })
})

describe('giving up a command', () => {
  const lost = { lost: true, graceMs: 0 }
  it('keeps a lost gateway’s command open until its reply window ends', () => {
    const life = dispatchedLife()
    const uncertain = giveUp(life, lost, later(20 * SECOND))
    expect(uncertain.command).toMatchObject({ state: 'sent', conclusion: null })
    expect(uncertain.device.open).not.toBeNull()
    expect(uncertain.command.timeline.map(({ kind }) => kind)).toContain('write-uncertain')
    const end = giveUp(uncertain, lost, later(36 * SECOND))
    expect(verdictOf(end)).toBe('unknown')
    expect(end.device).toEqual(emptyDevice)
  })

  it('changes nothing while the delivery may still be under way', () => {
    const life = dispatchedLife()
    expect(giveUp(life, lost, later(4 * SECOND))).toBe(life)
  })

  it('concludes the command after 5 minutes, but watches its effect to the end of its window', () => {
    const life = report(dispatchedLife({}, 'interval'), { ...written(), ...replied(start + 800) })
    expect(giveUp(life, lost, later(299 * SECOND, watched)).command.conclusion).toBeNull()
    const soon = giveUp(life, lost, later(301 * SECOND, watched))
    expect(soon.command.conclusion).toMatchObject({ verdict: 'answered', effectPending: true })
    expect(soon.device.watching).toHaveLength(1)
    const end = giveUp(soon, lost, later(601 * SECOND, watched))
    expect(end.command.conclusion).toMatchObject({ verdict: 'answered', effectPending: false })
    expect(end.device).toEqual(emptyDevice)
    expect(verdictOf(giveUp(life, lost, later(601 * SECOND, watched)))).toBe('unconfirmed')
  })

  it('leaves the command adoptable: the report of the next gateway still counts', () => {
    const uncertain = giveUp(dispatchedLife(), lost, later(20 * SECOND))
    const facts = { ...written(), ...replied(start + 25_000) }
    const reported = makeSnapshot(uncertain.command, facts, { gatewayId: 'gateway2', epoch: 2 })
    expect(verdictOf(applySnapshot(uncertain, reported, later(26 * SECOND)))).toBe('answered')
  })

  it('changes no command that is queued or concluded', () => {
    const queued = queuedLife()
    expect(giveUp(queued, lost, later(99 * SECOND))).toBe(queued)
  })
})

describe('a command that is cancelled while it is dispatching', () => {
  const dispatched = (order: Parameters<typeof dispatchedLife>[0] = {}, effectKey: string | null = null) =>
    cancel(dispatchedLife(order, effectKey), later(SECOND))

  it('keeps its slot until its gateway reports', () => {
    const life = dispatched()
    expect(life.command).toMatchObject({ state: 'dispatching', conclusion: null })
    expect(life.device.open?.commandId).toBe(life.command.commandId)
    expect(cancel(life, later(2 * SECOND))).toBe(life)
  })

  it.each(['no-session: it moved', 'too-late: why', 'busy: why', 'interlock: why'])(
    'and then refused (%s) ends undelivered as cancelled, and is not queued again',
    (refusal) => {
      const life = report(dispatched(), { written: 'no', refusal })
      expect(life.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: 'cancelled' })
      expect(life.device).toEqual(emptyDevice)
    },
  )

  it.each(['not-connected', 'not-delivered', 'not-received'] as const)(
    'and then not handed to its gateway (%s) ends undelivered as cancelled',
    (refusal) => {
      const life = notWritten(dispatched({}, 'relay'), 1, refusal, later(2 * SECOND))
      expect(life.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: 'cancelled' })
      expect(life.device).toEqual(emptyDevice)
    },
  )

  it('and then written and not answered is not tried in the other dialect', () => {
    const life = dispatched()
    const context = later(31 * SECOND, { rules: { ...plainRules, otherDialect: 'h02' } })
    const silence = makeSnapshot(life.command, { ...written(), replyWindowOver: true })
    const after = applySnapshot(life, silence, context)
    expect(after.command.attempts).toHaveLength(1)
    expect(verdictOf(after)).toBe('unanswered')
    expect(after.device).toEqual(emptyDevice)
  })
})

describe('a tracker that sleeps', () => {
  const until = start + 900 * SECOND
  const asleep: Partial<AttemptFacts> = {
    written: 'yes',
    writtenAt: start,
    extension: { until, heardAt: null },
  }
  const awake = { ...asleep, extension: { until: start + 430 * SECOND, heardAt: start + 400 * SECOND } }

  it('keeps its command open, and the command says what it waits for and until when', () => {
    const life = report(dispatchedLife(), asleep)
    expect(life.command).toMatchObject({ state: 'sent', waitingFor: { what: 'frame', until } })
    expect(life.device.open?.commandId).toBe(life.command.commandId)
    expect(report(life, asleep, awake).command.waitingFor).toEqual({
      what: 'reply',
      until: start + 430 * SECOND,
    })
    // In any order.
    expect(report(dispatchedLife(), awake, asleep).command.waitingFor?.what).toBe('reply')
  })

  it('has its command given up after the longer window only, and later while its gateway lives', () => {
    const life = report(dispatchedLife(), asleep)
    for (const lost of [true, false]) {
      const graceMs = lost ? 0 : 120 * SECOND
      const end = 900 * SECOND + graceMs
      expect(giveUp(life, { lost, graceMs }, later(end - 1)).command.conclusion).toBeNull()
      expect(verdictOf(giveUp(life, { lost, graceMs }, later(end)))).toBe('unanswered')
    }
    const heard = report(dispatchedLife(), asleep, awake)
    expect(verdictOf(giveUp(heard, { lost: true, graceMs: 0 }, later(430 * SECOND)))).toBe('unanswered')
  })

  it('has its command concluded after the longer window, though a verdict was due before', () => {
    const life = report(dispatchedLife({}, 'interval-on'), asleep)
    const due = giveUp(life, { lost: true, graceMs: 0 }, later(500 * SECOND, watched))
    expect(due.command.conclusion).toBeNull()
    expect(verdictOf(giveUp(due, { lost: true, graceMs: 0 }, later(900 * SECOND, watched)))).toBe(
      'unanswered',
    )
  })

  it('frees the slot of a cancelled command; other trackers keep it', () => {
    const cancelled = cancel(report(dispatchedLife(), asleep), later(60 * SECOND))
    expect(cancelled.device.open).toBeNull()
    expect(verdictOf(cancelled)).toBe('unanswered')
    const other = cancel(report(dispatchedLife(), { written: 'yes', writtenAt: start }), later(SECOND))
    expect(other.device.open).not.toBeNull()
  })
})

describe('commands that end without an attempt', () => {
  it('expire only when they have waited too long', () => {
    const life = queuedLife()
    expect(expire(life, life.command.expiresAt - 1)).toBe(life)
    const after = expire(life, life.command.expiresAt)
    expect(after.command.conclusion).toMatchObject({ verdict: 'undelivered', reason: 'expired' })
    expect(after.device).toEqual(emptyDevice)
    const open = dispatchedLife()
    expect(expire(open, open.command.expiresAt)).toBe(open)
  })

  it('are replaced or cancelled only while they wait', () => {
    expect(endQueued(queuedLife(), 'replaced', start).command.conclusion).toMatchObject({
      verdict: 'undelivered',
      reason: 'replaced',
    })
    const open = dispatchedLife()
    expect(endQueued(open, 'cancelled', start)).toBe(open)
  })

  it('add no evidence about a model', () => {
    const life = queuedLife()
    expect(evidenceOf(life.command, expire(life, life.command.expiresAt).command)).toEqual([])
  })

  it('end when the device is deleted, with what is known by then', () => {
    expect(verdictOf(abandon(queuedLife(), start))).toBe('undelivered')
    expect(verdictOf(abandon(dispatchedLife(), start))).toBe('unknown')
    expect(verdictOf(abandon(report(dispatchedLife(), written()), start))).toBe('unanswered')
  })
})

describe('evidence about a firmware', () => {
  it('counts a reply that may belong to another command only if the effect proves it', () => {
    const ambiguous = { at: start + 9, ok: true, ambiguous: true, late: false }
    const over = { ...written(), reply: ambiguous, replyWindowOver: true, effectWindowOver: true }
    const plain = dispatchedLife()
    const end = report(plain, over)
    expect(end.command.conclusion).toMatchObject({ verdict: 'answered', ambiguous: true })
    expect(evidenceOf(plain.command, end.command)).toEqual([])
    const effect = { at: start + 9, seen: 'expected' as const, likely: false }
    const seen = report(dispatchedLife({}, 'relay'), { ...over, effect, already: false })
    expect(evidenceOf(plain.command, seen.command)).toEqual([
      expect.objectContaining({ verdict: 'confirmed' }),
    ])
  })

  it('does not count raw bytes that are not in the catalogue', () => {
    const life = dispatchedLife({ intent: 'raw', raw: '4350' })
    const end = report(life, { ...written(), ...replied(start + 9) })
    expect(evidenceOf(life.command, end.command)).toEqual([])
  })
})

describe('a timeline', () => {
  it('keeps its beginning and its newest items, however long a command is tried', () => {
    const items = Array.from({ length: 500 }, (_, i) =>
      toItem({ id: String(i), kind: 'note', at: start + i, text: 'x' }),
    )
    const kept = items.reduce((timeline, item) => addItems(timeline, [item]), addItems([], []))
    const gap = kept.find(({ leftOut }) => leftOut !== undefined)
    expect(gap?.leftOut).toBe(500 - (kept.length - 1))
    expect(gap?.text).toMatch(/^\d+ items are left out here/)
    expect(kept.slice(0, 10)).toEqual(items.slice(0, 10))
    expect(kept.at(-1)).toEqual(items.at(-1))
  })
})

const time = fc.integer({ min: start, max: start + 100_000 })
const someFacts: fc.Arbitrary<AttemptFacts> = fc.record({
  written: fc.constantFrom('pending', 'no', 'yes', 'uncertain'),
  writtenAt: fc.option(time),
  refusal: fc.option(fc.constantFrom('no-session', 'interlock: 21 km/h')),
  reply: fc.option(
    fc.record({
      at: time,
      ok: fc.constantFrom(true, false, null),
      ambiguous: fc.boolean(),
      late: fc.boolean(),
    }),
  ),
  effect: fc.option(
    fc.record({
      at: time,
      seen: fc.constantFrom('expected' as const, 'opposite' as const),
      likely: fc.boolean(),
    }),
  ),
  already: fc.constantFrom(true, false, null),
  replyWindowOver: fc.boolean(),
  extension: fc.option(fc.record({ until: time, heardAt: fc.option(time) })),
  effectWindowOver: fc.boolean(),
  watchEnded: fc.constantFrom('superseded', 'cancelled', null),
  verdictDue: fc.boolean(),
})

describe('merging facts about a command', () => {
  it('prefers what was seen to what is missing', () => {
    const of = (written: AttemptFacts['written']) => ({ ...noFacts, written })
    const order = ['pending', 'uncertain', 'no', 'yes'] as const
    order.forEach((less, i) => {
      for (const more of order.slice(i)) expect(mergeFacts(of(less), of(more)).written).toBe(more)
    })
    const reply = { at: start + 9, ok: null, ambiguous: true, late: false }
    const certain = { at: start + 90, ok: true, ambiguous: false, late: true }
    expect(mergeFacts({ ...noFacts, reply }, { ...noFacts, reply: certain }).reply).toEqual(certain)
  })

  it('is the same in any order, in any grouping, and twice', () => {
    fc.assert(
      fc.property(someFacts, someFacts, someFacts, (a, b, c) => {
        expect(mergeFacts(a, b)).toEqual(mergeFacts(b, a))
        expect(mergeFacts(mergeFacts(a, b), c)).toEqual(mergeFacts(a, mergeFacts(b, c)))
        expect(mergeFacts(a, a)).toEqual(a)
        expect(mergeFacts(a, noFacts)).toEqual(a)
      }),
    )
  })
})

/** What one gateway may see of an attempt, step by step, each report knowing more than the previous one. */
const growing: fc.Arbitrary<AttemptFacts[]> = fc
  .record({
    first: fc.constantFrom('yes' as const, 'uncertain' as const, 'no' as const),
    already: fc.constantFrom(true, false, null),
    steps: fc.shuffledSubarray(['reply', 'effect'] as const),
    replyBefore: fc.boolean(),
    ok: fc.constantFrom(true, false, null),
    ambiguous: fc.boolean(),
    seen: fc.constantFrom('expected' as const, 'opposite' as const),
    likely: fc.boolean(),
  })
  .map(({ first, already, steps, replyBefore, ok, ambiguous, seen, likely }) => {
    if (first === 'no')
      return [{ ...noFacts, written: first, refusal: 'not-encodable: too long' } satisfies AttemptFacts]
    const reports: AttemptFacts[] = [{ ...noFacts, written: first, writtenAt: start + 5, already }]
    const add = (facts: Partial<AttemptFacts>) => reports.push({ ...reports.at(-1)!, ...facts })
    // After an effect has ended it, a late ERROR is too late to reject it.
    const isMoot = !replyBefore && steps.includes('effect')
    // Only a prompt reply is taken for the command's own although it is ambiguous.
    const reply = {
      at: start + 700,
      ok: isMoot ? null : ok,
      ambiguous: ambiguous && replyBefore,
      late: !replyBefore,
    }
    if (!replyBefore) add({ replyWindowOver: true })
    for (const step of steps) {
      if (step === 'reply') add({ reply })
      // A command whose state held already ends without waiting for its effect, so an opposite effect is not possible.
      else add({ effect: { at: start + 900, seen: already === true ? 'expected' : seen, likely } })
    }
    if (replyBefore) add({ replyWindowOver: true })
    add({ effectWindowOver: true })
    return reports
  })

describe('reports of one attempt', () => {
  it.each([null, 'relay'])('end the same in any order, lost or doubled (effect: %s)', (effectKey) => {
    fc.assert(
      fc.property(growing, fc.array(fc.nat({ max: 9 }), { maxLength: 12 }), (reports, order) => {
        const life = dispatchedLife({}, effectKey)
        const snapshots = reports.map((facts, i) =>
          makeSnapshot(life.command, facts, {
            n: i + 1,
            timeline: reports.slice(0, i + 1).map((_, k) => makeGatewayItem(`1.${k}`, start + k)),
          }),
        )
        const context = later(SECOND, effectKey === null ? {} : watched)
        const apply = (picked: readonly CommandSnapshot[]): Life =>
          picked.reduce((life, snapshot) => applySnapshot(life, snapshot, context), life)
        // The last report comes sooner or later: it is repeated until it is settled.
        const last = snapshots.at(-1)!
        const shuffled = apply([...order.map((i) => snapshots[i % snapshots.length]!), last])
        const straight = apply([last])
        expect(endOf(shuffled)).toEqual(endOf(straight))
        expect(straight.command.conclusion?.verdict).toBe(judge(last.facts, effectKey !== null)?.verdict)
        expect(shuffled.device).toEqual(emptyDevice)
      }),
      { numRuns: 300 },
    )
  })

  const endOf = ({ command, device }: Life) => ({
    device,
    verdict: command.conclusion?.verdict,
    state: command.state,
    seen: command.timeline.filter(({ id }) => !id.startsWith('control:')),
  })
})

describe('any sequence of events', () => {
  type Step = (life: Life, now: number) => Life
  const rules = { replyMs: 30_000, effectMs: 60_000, verdictMs: 40_000, otherDialect: 'h02' as const }
  const steps: fc.Arbitrary<Step>[] = [
    fc.tuple(someFacts, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.nat(5)).map(
      ([facts, attempt, epoch, n]): Step =>
        (life, now) =>
          applySnapshot(
            life,
            makeSnapshot(life.command, facts, { attempt, epoch, n }),
            contextAt(now, { rules }),
          ),
    ),
    fc.boolean().map(
      (lost): Step =>
        (life, now) =>
          giveUp(life, { lost, graceMs: 0 }, contextAt(now, { rules, session: null })),
    ),
    fc.constant<Step>((life, now) => expire(life, now)),
    fc.constant<Step>((life, now) => notWritten(life, 1, 'not-connected', contextAt(now, { rules }))),
    fc.constant<Step>((life, now) => cancel(life, contextAt(now, { rules }))),
  ]

  it('lists a command by its state, concludes it once, and loses none', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(...steps), fc.nat(40_000)), { maxLength: 12 }), (story) => {
        let life = dispatchedLife({}, 'relay')
        let now = start
        const conclusions = new Set<string>()
        for (const [step, ms] of story) {
          now += ms
          const after = step(life, now)
          for (const { id } of life.command.timeline)
            expect(after.command.timeline.map((item) => item.id)).toContain(id)
          if (life.command.conclusion !== null) {
            if (!life.command.conclusion.effectPending) expect(after.device).toBe(life.device)
            expect(after.command.conclusion).not.toBeNull()
          }
          if (after.command.conclusion !== null) conclusions.add(after.command.conclusion.verdict)
          life = after
          expect(placesOf(life)).toEqual(placesFor(life.command))
          const { conclusion, state, dueAt, waitingFor } = life.command
          const isOver = state === 'concluded' && conclusion?.effectPending === false
          expect(dueAt === null).toBe(isOver)
          expect(waitingFor === null).toBe(isOver)
        }
        // A missing reply is corrected by a reply, and a verdict without an effect by an effect.
        const [first, second] = conclusions
        if (second !== undefined) {
          expect(['unanswered', 'unknown', 'answered', 'unconfirmed']).toContain(first)
        }
        expect(conclusions.size).toBeLessThanOrEqual(3)
      }),
      { numRuns: 500 },
    )
  })

  const placesOf = ({ command, device }: Life) => [
    ...(device.queue.some(({ commandId }) => commandId === command.commandId) ? ['queue'] : []),
    ...(device.open?.commandId === command.commandId ? ['conducted'] : []),
    ...(device.openRestore?.commandId === command.commandId ? ['conducted'] : []),
    ...(device.watching.some(({ commandId }) => commandId === command.commandId) ? ['conducted'] : []),
  ]
  const placesFor = ({ state, conclusion }: Command) =>
    state === 'concluded'
      ? conclusion?.effectPending
        ? ['conducted']
        : []
      : state === 'queued'
        ? ['queue']
        : ['conducted']
})
