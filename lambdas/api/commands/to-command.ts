import { entryOf } from '#h02/catalogue/index.ts'
import type { Attempt, Command, Conclusion, TimelineItem } from '../../shared/domain/command.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { orNull, toReceivedIso } from '../iso-time.ts'
import type { Direction, Masks } from '../mask.ts'
import { printable } from '../printable.ts'
import type { CommandAnswer, CommandSummaryAnswer } from './schema.ts'

/** Stored hex, with readable text beside it. */
function toBytes(hex: string | null, direction: Direction, masks: Masks) {
  if (hex === null) return null
  const raw = masks.bytes(fromHex(hex), direction)
  return { hex: toHex(raw), text: printable(raw) }
}

/** An item with a frame comes from the tracker; others contain what we wrote, or were asked to write. */
const directionOf = ({ kind, frame }: TimelineItem): Direction =>
  frame !== null || kind === 'reply' || kind === 'effect' ? 'up' : 'down'

const toConclusion = ({ at, ...conclusion }: Conclusion) => ({ ...conclusion, at: toReceivedIso(at) })

const toAttempt = ({ n, dialect, sessionId, gatewayId, dispatchedAt, facts }: Attempt) => ({
  n,
  dialect,
  sessionId,
  gatewayId,
  dispatchedAt: toReceivedIso(dispatchedAt),
  written: facts.written,
  writtenAt: orNull(toReceivedIso)(facts.writtenAt),
  refusal: facts.refusal,
  reply: facts.reply && { ...facts.reply, at: toReceivedIso(facts.reply.at) },
  effect: facts.effect && { ...facts.effect, at: toReceivedIso(facts.effect.at) },
})

const toTimelineItem = (item: TimelineItem, masks: Masks): CommandAnswer['timeline'][number] => {
  const { id, at, kind, attempt, text, raw, frame } = item
  return {
    id,
    at: toReceivedIso(at),
    kind,
    attempt,
    text,
    bytes: toBytes(raw, directionOf(item), masks),
    frame: frame && {
      sessionId: frame.sessionId,
      seq: frame.seq ?? null,
      receivedAt: toReceivedIso(frame.receivedAt),
    },
  }
}

export const toCommandSummary = (command: Command, masks: Masks): CommandSummaryAnswer => ({
  commandId: command.commandId,
  deviceId: command.deviceId,
  state: command.state,
  verdict: command.conclusion?.verdict ?? null,
  conclusion: command.conclusion && toConclusion(command.conclusion),
  waitingFor: command.waitingFor && {
    what: command.waitingFor.what,
    until: toReceivedIso(command.waitingFor.until),
  },
  intent: command.intent,
  title: entryOf(command.intent)?.title ?? null,
  params: masks.params(command.intent, command.params),
  raw: toBytes(command.raw, 'down', masks),
  dialect: command.dialect,
  danger: command.danger,
  createdAt: toReceivedIso(command.createdAt),
  createdBy: command.createdBy,
  expiresAt: toReceivedIso(command.expiresAt),
  probeId: command.probeId,
  campaignId: command.campaign?.campaignId ?? null,
  metadata: command.metadata ? { ...command.metadata } : null,
  reply: command.reply && masks.reply(command.reply),
})

export const toCommand = (command: Command, masks: Masks): CommandAnswer => ({
  ...toCommandSummary(command, masks),
  attempts: command.attempts.map(toAttempt),
  timeline: [...command.timeline].sort((a, b) => a.at - b.at).map((item) => toTimelineItem(item, masks)),
})
