import type { OpenCommand } from '#h02/catalogue/types.ts'
import { JOIN_REPLY_MS, replyWindowMs, sharesEffect } from '#h02/catalogue/index.ts'
import { claimMsOf } from './conducted.ts'
import { changeAll, type ConductorConfig, type ConductorState, type FrameSeen } from './state.ts'
import { addItem } from './timeline.ts'
import { endWatch } from './windows.ts'
import { replyKeyOf } from './reply-key.ts'

/** Limit of remembered commands: the gateway writes at most twenty a minute. */
const MAX_RELAYED = 32

/**
 * The other server's bytes were written to the tracker, while no command of ours was open. From now on a text is not a late answer
 * to one of our commands, and an effect on the same state does not count for them either.
 */
export function noteRelayed(
  config: ConductorConfig,
  state: ConductorState,
  { at, bytes }: { readonly at: number; readonly bytes: Uint8Array },
): ConductorState {
  const asked = askedIn(config, bytes)
  const until = at + replyWindowMs[asked.dialect] * config.timeScale + claimMsOf(config)
  const effect = config.catalogue.entryOf(asked.intent)?.effect?.(asked.params) ?? null
  const relayed = [...state.relayed, { at, asked, until }].slice(-MAX_RELAYED)
  return changeAll({ ...state, relayed }, (command) => {
    const watched = sharesEffect(command.effect?.key ?? null, effect?.key ?? null)
      ? endWatch(command, at)
      : command
    if (watched.claimUntil === null || asked.dialect !== 'text' || watched.asked.dialect !== 'text')
      return watched
    const text =
      'A command of the other server was written: a text that comes now does not count as a late reply'
    return addItem(
      { ...watched, claimUntil: null, isDoubtful: true },
      { what: `relayed.${at}`, kind: 'note', at, text },
    )
  })
}

/** The command in the bytes. Bytes that the catalogue does not recognize could have any answer. */
function askedIn({ catalogue }: ConductorConfig, bytes: Uint8Array): Required<OpenCommand> {
  const known = catalogue.recognize(bytes, { model: null })
  const key = replyKeyOf(bytes)
  const cmdTime = key?.time ?? null
  return known?.exact
    ? { intent: known.intent, dialect: known.dialect, params: known.params, cmdTime, raw: bytes }
    : { intent: 'raw', dialect: key === null ? 'text' : 'h02', params: {}, cmdTime, raw: bytes }
}

/** True if the other server has just used this word with this time: ours must have another time. */
export const isRelayedWord = (
  { relayed }: ConductorState,
  key: { readonly word: string; readonly time: string | null },
  since: number,
): boolean =>
  relayed.some(({ at, asked }) => {
    const used = at <= since ? null : replyKeyOf(asked.raw ?? new Uint8Array())
    return used?.word === key.word && used.time === key.time
  })

export const forgetRelayed = (state: ConductorState, at: number): ConductorState => {
  const kept = state.relayed.filter(({ until }) => at < until)
  return kept.length === state.relayed.length ? state : { ...state, relayed: kept }
}

/**
 * Whether a frame may be the answer to a command of the other server. Then it answers none of ours, unless it certainly answers
 * ours and not the other. The claim is then used up, except for further parts of the same answer.
 */
export function claimForRelay(
  { catalogue }: ConductorConfig,
  state: ConductorState,
  { message, receivedAt }: FrameSeen,
): { readonly state: ConductorState; readonly isClaimed: boolean } {
  if (message === null || state.relayed.length === 0) return { state, isClaimed: false }
  const claims = state.relayed
    .filter(({ until }) => receivedAt < until)
    .map((relayed) => ({ relayed, match: catalogue.matchReply(relayed.asked, message) }))
    .filter(({ match }) => match !== 'no')
  const claim = claims.find(({ match }) => match === 'certain') ?? claims[0]
  if (claim === undefined) return { state, isClaimed: false }
  const isOurs =
    claim.match !== 'certain' &&
    state.commands.some(({ asked }) => catalogue.matchReply(asked, message) === 'certain')
  if (isOurs) return { state, isClaimed: false }
  const until = Math.min(claim.relayed.until, receivedAt + JOIN_REPLY_MS)
  const relayed = state.relayed.map((one) => (one === claim.relayed ? { ...one, until } : one))
  return { state: { ...state, relayed }, isClaimed: true }
}
