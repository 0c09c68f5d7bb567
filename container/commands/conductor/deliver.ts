import {
  carriesSecret,
  dangerOf,
  faultOfJoin,
  faultOfRaw,
  nothingUnterminated,
  sharesEffect,
  worse,
} from '#h02/catalogue/index.ts'
import type { Danger, OpenCommand } from '#h02/catalogue/types.ts'
import type { Delivery } from '#shared/domain/command-messages.ts'
import { judgeInterlock } from '#shared/domain/interlock.ts'
import type { Refusal } from '#shared/domain/refusal.ts'
import { fromHex, toHex } from '#shared/hex.ts'
import { baselineOf } from './effects.ts'
import { isDone, isOpen, isRestore, isSame, makeConducted, withFacts } from './conducted.ts'
import type { Conducted, ConductorConfig, ConductorEvent, ConductorState, Step } from './state.ts'
import { addItem } from './timeline.ts'
import { endReplyWindow, endWatch } from './windows.ts'
import { isRelayedWord } from './relayed.ts'
import { replyKeyOf } from './reply-key.ts'

type Delivered = Extract<ConductorEvent, { kind: 'delivered' }>

/** A command as the catalogue recognizes it, and its bytes. */
type Prepared = {
  readonly asked: Required<OpenCommand>
  readonly danger: Danger
  readonly bytes: Uint8Array
}

/**
 * No word is written twice with the same HHMMSS (PROTOCOL.md section 5.1), which may be ahead of the clock by less than
 * this.
 */
const WORD_KEPT_MS = 30_000
const MAX_BUMPS = 10

/**
 * Writes a delivery or refuses it. It is written only to the session that it names, only in time, and only while no
 * other command awaits its reply (a restore: no other restore). A dangerous one is written only if the car stands or
 * moves slowly according to its last frames. The caller answers known deliveries with a snapshot, so nothing is written
 * twice.
 */
export function deliver(config: ConductorConfig, state: ConductorState, event: Delivered): Step {
  const { at, delivery } = event
  const fault = faultOfAddress(state, event)
  const prepared = fault ?? prepare(config, state, event)
  if ('code' in prepared) return refuse(config, state, event, prepared)
  const { asked, danger, bytes } = prepared
  const command = taken(config, event, asked, danger)
  const { effect } = command
  const slot = slotOf(command)
  const seen = check(state, event, prepared, slot)
  if (typeof seen === 'object' && seen !== null) return refuse(config, state, event, seen)
  const { sessionId, commandId, attempt } = delivery
  const already = effect && baselineOf(effect, event.recent, config.timeScale)
  const written: Conducted = {
    ...withFacts(command, { already, effectWindowOver: effect === null }),
    sessionId,
    bytes: toHex(bytes),
    seen,
    writeStartedAt: at,
    from: at,
  }
  const others = state.commands
    .filter((command) => !slot.yields(command))
    .map((older) => (slot.isAwaited(older) ? endReplyWindow(config, older, at) : older))
    .map((older) =>
      sharesEffect(older.effect?.key ?? null, effect?.key ?? null) ? endWatch(older, at) : older,
    )
  return {
    state: { ...state, commands: [...others, written] },
    actions: [{ kind: 'write', sessionId, commandId, attempt, bytes }],
  }
}

const taken = (
  config: ConductorConfig,
  { at, delivery: { commandId, attempt, notAfter } }: Delivered,
  asked: Required<OpenCommand>,
  danger: Danger,
): Conducted =>
  addItem(makeConducted(config, { commandId, attempt, asked, danger, notAfter }), {
    kind: 'taken',
    at,
    text: `Accepted by gateway ${config.gatewayId}`,
  })

function refuse(
  config: ConductorConfig,
  state: ConductorState,
  event: Delivered,
  { code, detail }: Refusal,
): Step {
  const { intent, dialect, params, danger } = event.delivery
  const command = taken(config, event, { intent, dialect, params, cmdTime: null, raw: null }, danger)
  const refusal = `${code}: ${detail}`
  const refused = addItem(
    withFacts(command, { written: 'no', refusal, replyWindowOver: true, effectWindowOver: true }),
    { kind: 'refused', at: event.at, text: `Not written: ${detail}` },
  )
  return {
    state: { ...state, commands: [...state.commands, refused] },
    actions: [{ kind: 'refused', code }],
  }
}

/** A refusal if the delivery names another session or came too late; else null. */
function faultOfAddress(
  { sessionId, disowned }: ConductorState,
  { at, delivery }: Delivered,
): Refusal | null {
  if (sessionId === null || delivery.sessionId !== sessionId) {
    return { code: 'no-session', detail: 'the session that it names is not here' }
  }
  if (disowned.some((one) => isSame(one, delivery))) {
    return { code: 'too-late', detail: 'it was already reported as not received' }
  }
  return at >= delivery.notAfter ? { code: 'too-late', detail: 'it arrived too late' } : null
}

/**
 * Which open commands block a command. Control gives a slot to one at a time. An adopted command that is not known to
 * be written does not block: control has learned in the meantime that it was not written.
 */
function slotOf(command: Pick<Conducted, 'effect' | 'danger'>) {
  const isFirst = isRestore(command)
  const isSameSlot = (other: Conducted): boolean => !isFirst || isRestore(other)
  const yields = (other: Conducted): boolean =>
    other.isAdopted && other.facts.written === 'pending' && isSameSlot(other)
  const isAwaited = (other: Conducted): boolean => isOpen(other) && isSameSlot(other) && !yields(other)
  return { yields, isAwaited }
}

/** Why a prepared command is not written now; otherwise what the frames showed (dangerous commands) or null (others). */
function check(
  { commands }: ConductorState,
  event: Delivered,
  { asked, danger, bytes }: Prepared,
  { isAwaited }: ReturnType<typeof slotOf>,
): Refusal | string | null {
  const { delivery, obstacles } = event
  if (obstacles.secret !== null && containsSecret(asked, delivery)) return obstacles.secret
  // A command that a sleeping tracker has not answered does not block either: control knows that it was cancelled.
  if (commands.some((command) => isAwaited(command) && command.facts.extension === null)) {
    return { code: 'busy', detail: 'another command awaits its reply' }
  }
  if (danger === 'dangerous' && commands.some((one) => isRestore(one) && !isDone(one))) {
    return { code: 'busy', detail: 'a restore is in progress' }
  }
  const fault = faultOfStream(event, bytes)
  if (fault !== null) return fault
  return danger === 'dangerous' ? judgeDanger(event) : null
}

const prepare = (config: ConductorConfig, state: ConductorState, event: Delivered): Prepared | Refusal =>
  event.delivery.raw === null
    ? prepareIntent(config, state, event)
    : prepareRaw(config, state, event, fromHex(event.delivery.raw))

/** The same word twice in one second would give two commands the same key, so the later one uses the next second. */
function prepareIntent(
  { catalogue }: ConductorConfig,
  state: ConductorState,
  { at, delivery, maker }: Delivered,
): Prepared | Refusal {
  const { intent, dialect, params } = delivery
  const model = delivery.model ?? null
  const entry = catalogue.entryOf(intent)
  if (entry === null) return { code: 'not-encodable', detail: `no such command: ${intent}` }
  for (let bump = 0; bump < MAX_BUMPS; bump++) {
    const now = at + bump * 1_000
    const encoded = catalogue.encodeCommand(entry, dialect, params, {
      maker,
      id: state.deviceId,
      password: delivery.password,
      model,
      now,
    })
    if (!encoded.ok) return { code: 'not-encodable', detail: encoded.detail }
    const { bytes, cmdTime } = encoded
    if (isUsed(state, bytes, at)) continue
    const danger = worse(delivery.danger, dangerOf(entry, { dialect, model }))
    return { asked: { intent, dialect, params, cmdTime, raw: null }, danger, bytes }
  }
  return { code: 'busy', detail: 'the same command word was sent too often in the last seconds' }
}

/** Written unchanged; the catalogue still recognizes what it is and how dangerous it is. */
function prepareRaw(
  { catalogue }: ConductorConfig,
  state: ConductorState,
  { delivery, at }: Delivered,
  bytes: Uint8Array,
): Prepared | Refusal {
  if (bytes.length === 0) return { code: 'not-encodable', detail: 'there are no bytes to write' }
  if (isUsed(state, bytes, at)) {
    return { code: 'busy', detail: 'the same command word with the same time was sent a moment ago' }
  }
  const recognized = catalogue.recognize(bytes, { model: delivery.model ?? null })
  // Bytes that only contain a command are as dangerous as the command, but are not treated as it: their reply and
  // effect are unknown.
  const { intent, dialect, params } = recognized?.exact ? recognized : delivery
  return {
    asked: { intent, dialect, params, cmdTime: replyKeyOf(bytes)?.time ?? null, raw: bytes },
    danger: worse(delivery.danger, recognized?.danger ?? 'disruptive'),
    bytes,
  }
}

/** Control also sends the registered password when no command contains it. */
const containsSecret = (asked: Required<OpenCommand>, { password, secret }: Delivery): boolean =>
  secret === true || carriesSecret(asked, password)

/** Checks the byte stream, including what was written to the socket before. */
function faultOfStream(
  { delivery, sent = nothingUnterminated }: Delivered,
  bytes: Uint8Array,
): Refusal | null {
  const isTyped = delivery.raw !== null
  const own = isTyped ? faultOfRaw(bytes) : null
  if (own !== null) return { code: 'unsafe-bytes', detail: own }
  const joined = faultOfJoin(sent, bytes, { model: delivery.model ?? null, isTyped })
  return joined === null ? null : { code: 'unfinished-bytes', detail: joined }
}

function isUsed(state: ConductorState, bytes: Uint8Array, at: number): boolean {
  const key = replyKeyOf(bytes)
  if (key === null || key.time === null) return false
  if (isRelayedWord(state, key, at - WORD_KEPT_MS)) return true
  return state.commands.some((one) => {
    const used = one.bytes === null || at - one.from >= WORD_KEPT_MS ? null : replyKeyOf(fromHex(one.bytes))
    return used?.word === key.word && used.time === key.time
  })
}

function judgeDanger({ delivery, recent, obstacles, at }: Delivered): Refusal | string {
  if (obstacles.danger !== null) return obstacles.danger
  if (delivery.interlock === null) {
    return { code: 'interlock', detail: 'it is dangerous, and the delivery has no limits for it' }
  }
  const { isSafe, seen } = judgeInterlock(recent, delivery.interlock, at)
  return isSafe ? seen : { code: 'interlock', detail: seen }
}
