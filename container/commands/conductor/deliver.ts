import {
  carriesSecret,
  dangerOf,
  faultOfJoin,
  faultOfRaw,
  nothingUnterminated,
  sharesEffect,
  worse,
} from '#h02/catalogue/index.ts'
import type { CatalogueEntry, Danger } from '#h02/catalogue/types.ts'
import type { Delivery } from '#shared/domain/command-messages.ts'
import { judgeInterlock } from '#shared/domain/interlock.ts'
import { noFacts } from '#shared/domain/verdict.ts'
import { baselineOf } from './effects.ts'
import {
  effectOf,
  emptyWatch,
  isDone,
  isOpen,
  isRestore,
  replyMsOf,
  unreported,
  windowsFrom,
  type AskedCommand,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorEvent,
  type ConductorState,
  type Refusal,
} from './state.ts'
import { addItem, toHex } from './timeline.ts'
import { endReplyWindow, endWatch } from './windows.ts'

type Delivered = Extract<ConductorEvent, { kind: 'delivered' }>
type Step = { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }

/** What the command is by the catalogue, and the bytes that say it. */
type Prepared = {
  readonly asked: AskedCommand
  readonly entry: CatalogueEntry | null
  readonly danger: Danger
  readonly bytes: Uint8Array
}

/** A word is remembered for longer than its HHMMSS may run ahead. */
const wordKeptMs = 30_000
const maxBumps = 10

/**
 * Writes a delivery, or refuses it: only to the session it names, only in time, only while no other command awaits its
 * reply (a restore: no other restore), and a dangerous one only if the car, by its last frames, stands or goes slowly.
 * The caller answers those it knows with their snapshot: nothing is ever written twice.
 */
export function deliver(config: ConductorConfig, state: ConductorState, event: Delivered): Step {
  const { at, delivery } = event
  const untouched = (asked: AskedCommand, danger: Danger): Conducted =>
    addItem(
      {
        commandId: delivery.commandId,
        attempt: delivery.attempt,
        asked,
        danger,
        effect: null,
        notAfter: delivery.notAfter,
        isAdopted: false,
        sessionId: null,
        bytes: null,
        seen: null,
        writeStartedAt: null,
        facts: noFacts,
        replyMs: 0,
        replyUntil: null,
        isHeard: false,
        effectUntil: null,
        verdictAt: null,
        claimUntil: null,
        watch: emptyWatch,
        timeline: [],
        items: 0,
        reply: null,
        parts: null,
        report: unreported,
      },
      { what: 'taken', kind: 'taken', at, text: `Taken by gateway ${config.gatewayId}` },
    )
  const refuse = ({ code, detail }: Refusal): Step => {
    const { intent, dialect, params, danger } = delivery
    const command = untouched({ intent, dialect, params, cmdTime: null, raw: delivery.raw }, danger)
    const refused = addItem(
      {
        ...command,
        facts: {
          ...noFacts,
          written: 'no',
          refusal: `${code}: ${detail}`,
          replyWindowOver: true,
          effectWindowOver: true,
        },
      },
      { what: 'refused', kind: 'refused', at, text: `Not written: ${detail}` },
    )
    return {
      state: { ...state, commands: [...state.commands, refused] },
      actions: [{ kind: 'refused', code }],
    }
  }

  const { sessionId } = state
  if (sessionId === null || delivery.sessionId !== sessionId) {
    return refuse({ code: 'no-session', detail: 'the session it was meant for is not here' })
  }
  if (state.disowned.some((one) => isSame(one, delivery))) {
    return refuse({ code: 'too-late', detail: 'it was reported already as not received' })
  }
  if (at >= delivery.notAfter) return refuse({ code: 'too-late', detail: 'it came too late' })
  const prepared = prepare(config, state, event)
  if ('code' in prepared) return refuse(prepared)
  const { asked, entry, danger, bytes } = prepared
  const { secret } = event.obstacles
  if (secret !== null && holdsSecret(asked, bytes, delivery)) return refuse(secret)
  const effect = effectOf(config, entry, asked.params)
  const isFirst = isRestore({ effect, danger })
  // Control gives a slot to one command at a time; one that came from elsewhere and was never known to be written
  // gives way: control has learned meanwhile that it was not.
  const givesWay = (command: Conducted): boolean =>
    command.isAdopted && command.facts.written === 'pending' && (!isFirst || isRestore(command))
  // One that a sleeping tracker has not answered gives way as well: control knows that somebody cancelled it.
  const isAwaited = (command: Conducted): boolean =>
    isOpen(command) && (!isFirst || isRestore(command)) && !givesWay(command)
  const isBusy = (command: Conducted): boolean => isAwaited(command) && command.facts.extension === null
  if (state.commands.some(isBusy)) return refuse({ code: 'busy', detail: 'another command awaits its reply' })
  if (danger === 'dangerous' && state.commands.some((one) => isRestore(one) && !isDone(one))) {
    return refuse({ code: 'busy', detail: 'a restore is in progress' })
  }
  const fault = faultOfStream(event, bytes)
  if (fault !== null) return refuse({ code: 'unsafe-bytes', detail: fault })
  let seen: string | null = null
  if (danger === 'dangerous') {
    const judged = judgeDanger(event)
    if ('code' in judged) return refuse(judged)
    ;({ seen } = judged)
  }
  const replyMs = replyMsOf(config, entry, asked.dialect)
  const written: Conducted = {
    ...untouched(asked, danger),
    effect,
    sessionId,
    bytes: toHex(bytes),
    seen,
    writeStartedAt: at,
    replyMs,
    ...windowsFrom(config, { effect, replyMs }, at, false),
    facts: {
      ...noFacts,
      already: effect === null ? null : baselineOf(effect, event.recent, config.timeScale),
      effectWindowOver: effect === null,
    },
  }
  const word = wordOf(bytes)
  const { commandId, attempt } = delivery
  return {
    state: {
      ...state,
      commands: [
        ...state.commands
          .filter((command) => !givesWay(command))
          .map((older) => (isAwaited(older) ? endReplyWindow(config, older, at) : older))
          .map((older) =>
            sharesEffect(older.effect?.key ?? null, effect?.key ?? null) ? endWatch(older, at) : older,
          ),
        written,
      ],
      words:
        word?.time == null
          ? state.words
          : [
              ...state.words.filter((known) => at - known.at < wordKeptMs),
              { key: `${word.word} ${word.time}`, at },
            ],
    },
    actions: [{ kind: 'write', sessionId, commandId, attempt, bytes }],
  }
}

const isSame = (
  a: Pick<Delivery, 'commandId' | 'attempt'>,
  b: Pick<Delivery, 'commandId' | 'attempt'>,
): boolean => a.commandId === b.commandId && a.attempt === b.attempt

function prepare(config: ConductorConfig, state: ConductorState, event: Delivered): Prepared | Refusal {
  return event.delivery.raw === null
    ? prepareIntent(config, state, event)
    : prepareRaw(config, state, event.delivery, event.delivery.raw)
}

/** The same word twice in one second would give two commands the same key: then the later one says the next second. */
function prepareIntent(
  { catalogue }: ConductorConfig,
  state: ConductorState,
  { at, delivery, maker }: Delivered,
): Prepared | Refusal {
  const { intent, dialect, params } = delivery
  const model = delivery.model ?? null
  const entry = catalogue.entryOf(intent)
  if (entry === null) return { code: 'not-encodable', detail: `no such command: ${intent}` }
  for (let bump = 0; bump < maxBumps; bump++) {
    const now = at + bump * 1_000
    const encoded = catalogue.encodeCommand(entry, dialect, params, {
      maker,
      id: state.deviceId,
      password: delivery.password,
      model,
      now,
    })
    if (!encoded.ok) return { code: 'not-encodable', detail: encoded.detail }
    if (isUsed(state, encoded.bytes)) continue
    const asked = { intent, dialect, params, cmdTime: encoded.cmdTime, raw: null }
    return {
      asked,
      entry,
      danger: worse(delivery.danger, dangerOf(entry, { dialect, model })),
      bytes: encoded.bytes,
    }
  }
  return { code: 'busy', detail: 'the same command word was sent too often in the last seconds' }
}

/** Written as it is; the catalogue still says what it is, and how dangerous. */
function prepareRaw(
  { catalogue }: ConductorConfig,
  state: ConductorState,
  delivery: Delivery,
  raw: string,
): Prepared | Refusal {
  const bytes = new Uint8Array(Buffer.from(raw, 'hex'))
  if (bytes.length === 0) return { code: 'not-encodable', detail: 'there are no bytes to write' }
  if (isUsed(state, bytes)) {
    return { code: 'busy', detail: 'the same command word with the same time was sent a moment ago' }
  }
  const word = wordOf(bytes)
  const cmdTime = word?.time ?? null
  const recognised = catalogue.recognise(bytes, { model: delivery.model ?? null })
  // What only contains a command is as dangerous as that, and is it not: nothing is known of its reply and its effect.
  const { intent, dialect, params } = recognised?.exact ? recognised : delivery
  return {
    asked: { intent, dialect, params, cmdTime, raw },
    entry: catalogue.entryOf(intent),
    danger: worse(delivery.danger, recognised?.danger ?? 'disruptive'),
    bytes,
  }
}

/** Control knows the registered password also where no command carries it by itself. */
const holdsSecret = (asked: AskedCommand, bytes: Uint8Array, { raw, password, secret }: Delivery): boolean =>
  secret === true || carriesSecret({ ...asked, raw: raw === null ? null : bytes }, password)

/** Judged on the stream, with what the socket was sent before. */
function faultOfStream(
  { delivery, sent = nothingUnterminated }: Delivered,
  bytes: Uint8Array,
): string | null {
  const isTyped = delivery.raw !== null
  const fault = isTyped ? faultOfRaw(bytes) : null
  return fault ?? faultOfJoin(sent, bytes, { model: delivery.model ?? null, isTyped })
}

const isUsed = (state: ConductorState, bytes: Uint8Array): boolean => {
  const word = wordOf(bytes)
  return word?.time != null && state.words.some(({ key }) => key === `${word.word} ${word.time}`)
}

function judgeDanger({ delivery, recent, obstacles, at }: Delivered): { seen: string } | Refusal {
  if (obstacles.danger !== null) return obstacles.danger
  if (delivery.interlock === null) {
    return { code: 'interlock', detail: 'it is dangerous, and came without the limits for it' }
  }
  const { isSafe, seen } = judgeInterlock(recent, delivery.interlock, at)
  return isSafe ? { seen } : { code: 'interlock', detail: seen }
}

/** A `*HQ` command's word and its HHMMSS, the key of its reply; null for anything else. */
export function wordOf(bytes: Uint8Array): { readonly word: string; readonly time: string | null } | null {
  if (bytes[0] !== 0x2a) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const [, , word = '', time = ''] = text.replace(/#[\s\0]*$/, '').split(',')
  return word === '' ? null : { word, time: /^\d{6}$/.test(time) ? time : null }
}
