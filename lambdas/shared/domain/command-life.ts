import type { Dialect } from '#h02/catalogue/types.ts'
import { COMMAND_FORMAT, type Attempt, type Command, type NewCommand } from './command.ts'
import { enqueued, isRestore, moveTo, type DeviceCommands } from './device-commands.ts'
import type { Session } from './device.ts'
import { withItem } from './timeline.ts'
import { closed, factsOf, judge, noFacts, type Judgement } from './verdict.ts'
import { toIsoSeconds } from './iso-time.ts'

/**
 * The life of a command: `queued → dispatching → sent → concluded`. Pure steps on a command and on the lists of
 * commands in its device's item; the caller saves both in one transaction, or neither. A step that changes nothing
 * returns its argument (`===`). This file: into the queue, out of it, and to the end. Changes by reports:
 * command-reports.ts.
 */
export type Life = { readonly command: Command; readonly device: DeviceCommands }

/** The catalogue's values for this command, in ms of this installation's time scale. */
export type LifeRules = {
  /** From the write until a reply is late, in the dialect of the last attempt. */
  readonly replyMs: number
  /** From the write until an effect is not watched any more; null: no effect is expected. */
  readonly effectMs: number | null
  /** From the write until the command concludes, even if its effect is still watched. */
  readonly verdictMs: number
  /** The dialect to try when the first one is unanswered; only for harmless, idempotent commands with an open dialect. */
  readonly otherDialect: Dialect | null
}

/** The session that owns the device. */
export type Owner = Pick<Session, 'sessionId' | 'gatewayId'>

/** When and where a step is taken. `lookAgainMs`: `LOOK_AGAIN_MS` in this installation's time scale. */
type Moment = {
  readonly now: number
  readonly session: Owner | null
  readonly lookAgainMs: number
}
export type LifeContext = Moment & { readonly rules: LifeRules }

/** A gateway does not write what it receives later than this after the dispatch. Our clocks may differ by a part of it. */
export const NOT_AFTER_MS = 5_000
/** How often the sweep checks a command that may change. */
export const LOOK_AGAIN_MS = 60_000
/** Number of certainly unwritten attempts that a command remembers. */
const MAX_UNWRITTEN = 4

/** A new command: queued, and not in the device's item yet. */
export const createCommand = (order: NewCommand, effectKey: string | null): Command =>
  withItem(
    {
      v: COMMAND_FORMAT,
      ...order,
      version: 0,
      effectKey,
      model: null,
      firmware: null,
      state: 'queued',
      attempts: [],
      timeline: [],
      reply: null,
      conclusion: null,
      waitingFor: { what: 'turn', until: order.expiresAt },
      dueAt: order.expiresAt,
    },
    'created',
    { at: order.createdAt, text: 'Requested.' },
  )

/** Adds a new command to its device's queue; if it replaces a waiting one, at its position. */
export const enqueue = ({ command, device }: Life, replaced: string | null = null): Life => ({
  command,
  device: enqueued(device, command, replaced),
})

/** A new command that is not sent at once. The timeline says why, unless it does so already. */
export function waiting(command: Command, moment: Moment): Command {
  const isExplained = command.timeline.some(({ kind }) => kind === 'waiting')
  const text = moment.session === null ? 'Waits until the device is online' : 'Waits for its turn'
  const until = toIsoSeconds(command.expiresAt)
  const queued = inQueue(command, moment)
  return isExplained
    ? queued
    : withItem(queued, 'waiting', { at: moment.now, text: `${text}, at most until ${until}.` })
}

/** While the device has a session the sweep makes sure that the queue moves. */
const inQueue = (command: Command, { now, session, lookAgainMs }: Moment): Command => ({
  ...command,
  state: 'queued',
  waitingFor: { what: session === null ? 'device' : 'turn', until: command.expiresAt },
  dueAt: session === null ? command.expiresAt : Math.min(command.expiresAt, now + lookAgainMs),
})

/** Back to the head of the queue, because it was ahead of all waiting commands. */
export const toQueue = ({ command, device }: Life, moment: Moment): Life => ({
  command: inQueue(command, moment),
  device: moveTo(device, command, 'queue'),
})

/** Hands a queued command to the gateway of the device's session: it gets its slot. */
export const startDispatch = (
  { command, device }: Life,
  {
    session,
    dialect,
    model,
    firmware,
    ...moment
  }: Pick<Moment, 'now' | 'lookAgainMs'> &
    Pick<Command, 'model' | 'firmware'> & { readonly session: Owner; readonly dialect: Dialect },
): Life => ({
  command: withAttempt({ ...command, model, firmware }, session, dialect, moment),
  device: moveTo(device, command, isRestore(command) ? 'openRestore' : 'open'),
})

/** The command with a further attempt, for this session. */
export function withAttempt(
  command: Command,
  { sessionId, gatewayId }: Owner,
  dialect: Dialect,
  { now, lookAgainMs }: Pick<Moment, 'now' | 'lookAgainMs'>,
): Command {
  const n = (command.attempts.at(-1)?.n ?? 0) + 1
  const attempt: Attempt = {
    n,
    dialect,
    sessionId,
    gatewayId,
    dispatchedAt: now,
    notAfter: now + NOT_AFTER_MS,
    facts: { ...noFacts, effectWindowOver: command.effectKey === null },
    reported: { epoch: 0, n: 0 },
    items: 0,
  }
  const forgotten = command.attempts.filter(({ facts }) => facts.written === 'no').slice(0, 1 - MAX_UNWRITTEN)
  return withItem(
    {
      ...command,
      state: 'dispatching',
      attempts: [...command.attempts.filter((known) => !forgotten.includes(known)), attempt],
      waitingFor: { what: 'write', until: attempt.notAfter },
      dueAt: now + lookAgainMs,
    },
    'dispatched',
    { at: now, attempt: n, text: `Sent to gateway ${gatewayId}, as ${nameOf(dialect)}.` },
  )
}

export const nameOf = (dialect: Dialect): string => (dialect === 'text' ? 'text' : '*HQ message')

/** The attempt that must be delivered now, or null: whoever saved the step that made it delivers it. */
export const undelivered = (before: Command | null, after: Command): Attempt | null => {
  const last = after.attempts.at(-1)
  return after.state === 'dispatching' && last !== undefined && last.n !== before?.attempts.at(-1)?.n
    ? last
    : null
}

/** A gateway has it, and waits for its write, reply or effect. A concluded command may still be watched. */
export const isConducted = ({ state, conclusion }: Command): boolean =>
  state === 'dispatching' || state === 'sent' || conclusion?.effectPending === true

/** Nothing could be done: the sweep checks again at `dueAt`. */
export const postpone = (life: Life, dueAt: number): Life =>
  life.command.dueAt === dueAt || !(life.command.state === 'queued' || isConducted(life.command))
    ? life
    : { ...life, command: { ...life.command, dueAt } }

/** It waited until it expired. */
export const expire = (life: Life, now: number): Life =>
  now >= life.command.expiresAt ? endQueued(life, 'expired', now) : life

/** By the reason of the conclusion. */
export const queueEndings = {
  expired: { kind: 'expired', text: 'It waited until it expired.' },
  cancelled: { kind: 'cancelled', text: 'Cancelled.' },
  replaced: { kind: 'cancelled', text: 'Replaced by a newer one.' },
} as const

/** Ends a waiting command as `undelivered`; any other stays unchanged. */
export function endQueued(life: Life, reason: keyof typeof queueEndings, now: number): Life {
  if (life.command.state !== 'queued') return life
  const { kind, text } = queueEndings[reason]
  return end({ ...life, command: withItem(life.command, kind, { at: now, text }) }, reason, now)
}

/** Its device is deleted: it concludes with the facts so far. */
export function abandon(life: Life, now: number): Life {
  if (life.command.conclusion !== null) return life
  const item = { at: now, key: 'deleted', text: 'The device was deleted.' }
  return end({ ...life, command: withItem(life.command, 'note', item) }, 'device-deleted', now)
}

/** Closed facts always give a verdict; without attempts it is `undelivered`. */
const end = (life: Life, reason: string, now: number): Life =>
  conclude(life, judge(closed(factsOf(life.command)), life.command.effectKey !== null)!, reason, now)

/** What a command at a gateway waits for, and when the sweep checks it. */
export type Watch = Pick<Command, 'waitingFor' | 'dueAt'>

/** Concludes a command, or corrects its conclusion. `watch` applies while its effect is pending. */
export function conclude(
  { command, device }: Life,
  judgement: Judgement,
  reason: string | null,
  now: number,
  watch: Watch = { waitingFor: null, dueAt: null },
): Life {
  const earlier = command.conclusion
  const { verdict, effectPending } = judgement
  const why = verdict === 'rejected' ? (factsOf(command).reply?.reason ?? reason) : reason
  const isCorrection = earlier !== null && earlier.verdict !== verdict
  // The end of a watch that changes no verdict is not published.
  const isNewConclusion = earlier === null || isCorrection
  const pending =
    effectPending && watch.waitingFor
      ? ` Its effect is watched until ${toIsoSeconds(watch.waitingFor.until)}.`
      : ''
  const concluded: Command = {
    ...command,
    state: 'concluded',
    conclusion: {
      ...judgement,
      at: isNewConclusion ? now : earlier.at,
      reason: isNewConclusion ? why : earlier.reason,
      corrected: isCorrection || earlier?.corrected === true,
    },
    ...(effectPending ? watch : { waitingFor: null, dueAt: command.unpublished ? command.dueAt : null }),
  }
  const noted = isCorrection
    ? withItem(concluded, 'corrected', {
        at: now,
        key: verdict,
        text: `Corrected: ${earlier.verdict} → ${verdict}.`,
      })
    : withItem(concluded, 'concluded', {
        at: now,
        text: `Ended: ${verdict}${why === null ? '' : ` (${why})`}.${pending}`,
      })
  return {
    command: isNewConclusion ? noted : concluded,
    device: moveTo(device, command, effectPending ? 'watching' : null),
  }
}
