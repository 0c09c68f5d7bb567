import type { Attempt, Command } from '#shared/domain/command.ts'
import { mergeFacts } from '#shared/domain/facts.ts'
import { effectOf, rememberMsOf, replyMsOf, type ConductorConfig } from './config.ts'
import { emptyWatch, unreported, type Conducted, type ConductorState } from './state.ts'
import { tell } from './timeline.ts'
import { wordOf } from './words.ts'

/** Goes on with a command that control has open or watched, from the facts that were known when it was read. */
export function adopt(
  config: ConductorConfig,
  state: ConductorState,
  command: Command,
  at: number,
): ConductorState {
  const attempt = command.attempts.at(-1)
  if (attempt === undefined || command.state === 'concluded') return state
  const known = state.commands.find((one) => one.commandId === command.commandId && one.attempt === attempt.n)
  const adopted =
    known === undefined
      ? fromStored(config, command, attempt)
      : { ...known, facts: mergeFacts(known.facts, attempt.facts) }
  const told = tell(adopted, {
    what: `adopted.${state.sessionId}`,
    kind: 'adopted',
    at,
    text: `The device has a new session, on gateway ${config.gatewayId}`,
  })
  return {
    ...state,
    commands:
      known === undefined
        ? [...state.commands, told]
        : state.commands.map((one) => (one === known ? told : one)),
  }
}

function fromStored(config: ConductorConfig, command: Command, attempt: Attempt): Conducted {
  const { intent, params, danger } = command
  const { n, dialect, facts, sessionId, notAfter, dispatchedAt } = attempt
  const entry = config.catalogue.entryOf(intent)
  const effect = effectOf(config, entry, params)
  const word = writtenWord(command, n)
  const from = facts.writtenAt ?? dispatchedAt
  const replyMs = replyMsOf(config, entry, dialect)
  // Not known to be written: its gateway may still say that it was not, or have written it at the last moment.
  const replyUntil = facts.written === 'pending' ? notAfter + replyMs : from + replyMs
  return {
    commandId: command.commandId,
    attempt: n,
    asked: {
      intent,
      dialect,
      params,
      cmdTime: word?.time ?? null,
      raw: command.raw,
    },
    danger,
    effect,
    notAfter,
    isAdopted: true,
    sessionId,
    bytes: null,
    seen: null,
    writeStartedAt: null,
    facts,
    replyMs,
    replyUntil: facts.replyWindowOver && facts.written !== 'pending' ? null : replyUntil,
    effectUntil: effect === null || facts.effectWindowOver ? null : from + effect.windowMs,
    rememberUntil: facts.replyWindowOver ? replyUntil + rememberMsOf(config) : null,
    // The session that got it is gone, or it would not have come here.
    watch: { ...emptyWatch, leftAt: from, cameBack: true },
    timeline: [],
    reply: null,
    report: unreported,
  }
}

/** The key of its reply stands in the bytes that were written. */
function writtenWord(command: Command, attempt: number): ReturnType<typeof wordOf> {
  const written = command.timeline.find(
    ({ attempt: n, kind, raw }) =>
      n === attempt && (kind === 'written' || kind === 'write-uncertain') && raw !== null,
  )
  const hex = written?.raw ?? command.raw
  return hex === null ? null : wordOf(new Uint8Array(Buffer.from(hex, 'hex')))
}
