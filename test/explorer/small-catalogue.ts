import type { Message } from '#h02'
import type { CatalogueEntry, Dialect, EffectSpec } from '#h02/catalogue/types.ts'
import type { Catalogue } from '../../container/commands/conductor/state.ts'
import { theirWords } from './other-server.ts'

/** Times of the explored world, ms: few and far apart, so that few moments differ. */
export const REPLY_MS = 20_000
const EFFECT_MS = 50_000

/** Bit 9 clear, in one live frame. */
const armed: EffectSpec = {
  key: 'armed',
  kind: 'status-bit',
  bit: 9,
  clear: true,
  seconds: null,
  ignitionOn: null,
  windowMs: EFFECT_MS,
  needed: 1,
}

const entry = (
  intent: string,
  dialects: readonly Dialect[],
  options: Partial<CatalogueEntry> = {},
): CatalogueEntry => ({
  intent,
  title: intent,
  summary: intent,
  params: [],
  danger: 'harmless',
  idempotent: false,
  experimental: false,
  effect: null,
  probe: false,
  noChange: null,
  ...options,
  encodings: dialects.map((dialect) => ({
    dialect,
    word: intent.toUpperCase(),
    template: intent,
    aliases: [],
    reply: dialect === 'text' ? 'any' : 'echo',
    confidence: 'certain',
    source: 'here',
    models: null,
    answers: true,
    replyMs: REPLY_MS,
  })),
})

const relay = (clear: boolean): EffectSpec => ({ ...armed, key: 'relay', clear })

/** Watched for longer than a verdict takes. */
const SLOW_EFFECT_MS = 600_000
const slow: EffectSpec = { ...armed, windowMs: SLOW_EFFECT_MS }

/**
 * One command of each kind that differs for the machines: asked by text, set in two dialects, watched for long,
 * dangerous, and its release.
 */
const entries: readonly CatalogueEntry[] = [
  entry('ask', ['text']),
  entry('set', ['text', 'h02'], { idempotent: true, effect: () => armed }),
  entry('both', ['text', 'h02'], { idempotent: true }),
  entry('slow', ['text'], { effect: () => slow }),
  entry('cut', ['h02'], { danger: 'dangerous', effect: () => relay(true) }),
  entry('restore', ['text', 'h02'], { idempotent: true, effect: () => relay(false) }),
]
const entryOf = (intent: string): CatalogueEntry | null =>
  entries.find((one) => one.intent === intent) ?? null

/** What words of the other server are in this catalogue. */
const recognized = new Map<string, { readonly intent: string; readonly dialect: Dialect }>([
  [theirWords['a question'], { intent: 'ask', dialect: 'text' }],
  [theirWords['a setting'], { intent: 'set', dialect: 'text' }],
  [theirWords['a frame with our word and time'], { intent: 'both', dialect: 'h02' }],
])

const clockOf = (now: number): string => new Date(now).toISOString().slice(11, 19).replaceAll(':', '')

/** What the tracker answers: `<intent>!` is unmistakable, as a CXZT is; `OK` fits every text. */
export const smallCatalogue: Catalogue = {
  entryOf,
  encodeCommand: ({ intent }, dialect, _params, { now }) => {
    const cmdTime = dialect === 'h02' ? clockOf(now) : null
    const text = cmdTime === null ? intent : `*HQ,1,${intent.toUpperCase()},${cmdTime}#`
    return { ok: true, bytes: new Uint8Array(Buffer.from(text, 'latin1')), cmdTime }
  },
  matchReply: ({ intent, dialect, cmdTime }, { type, reply }) => {
    if (reply === null) return 'no'
    if (dialect === 'h02') {
      if (type !== 'V4' || reply.command !== intent.toUpperCase()) return 'no'
      return cmdTime === null ? 'fits' : reply.cmdTime === cmdTime ? 'certain' : 'no'
    }
    if (type !== 'SMS') return 'no'
    return reply.result === `${intent}!` ? 'certain' : reply.result === 'OK' ? 'fits' : 'no'
  },
  readReply: (_, { reply }) => ({
    ok: reply?.result !== 'ERROR',
    opposite: false,
    reason: null,
    text: reply?.result ?? '',
    facts: {},
  }),
  recognize: (bytes) => {
    const known = recognized.get(Buffer.from(bytes).toString('latin1'))
    return known === undefined ? null : { ...known, params: {}, danger: 'harmless', exact: true }
  },
}

type Text = { readonly text: string }
export const recognizeRelayed = ({ text }: Text) =>
  smallCatalogue.recognize(Buffer.from(text, 'latin1'), { model: null })
export const effectKeyOfRelayed = (relayed: Text): string | null =>
  entryOf(recognizeRelayed(relayed)?.intent ?? '')?.effect?.({})?.key ?? null

const silent: Message = {
  type: 'V1',
  maker: 'HQ',
  id: '1',
  position: null,
  deviceTime: null,
  status: null,
  cells: [],
  wifi: [],
  batteryRaw: null,
  batteryPercent: null,
  voltage: null,
  satellites: null,
  gsm: null,
  mileageKm: null,
  iccid: null,
  reply: null,
  alarm: null,
  batch: [],
  binary: null,
  extra: [],
  details: {},
}

export const textReply = (result: string): Message => ({
  ...silent,
  type: 'SMS',
  reply: { command: null, cmdTime: null, params: [], result },
})

export const echoReply = (intent: string, cmdTime: string): Message => ({
  ...silent,
  type: 'V4',
  reply: { command: intent.toUpperCase(), cmdTime, params: [], result: 'OK' },
})

/** A live position of a standing car. */
export const position = (at: number, isArmed: boolean): Message => {
  const bits = isArmed ? 0xfffffdff : 0xffffffff
  return {
    ...silent,
    position: {
      fixTime: at,
      valid: true,
      latitude: 42,
      longitude: 18,
      speedKnots: 0,
      speedKmh: 0,
      course: 0,
    },
    status: { word: bits.toString(16).toUpperCase(), bits, clear: isArmed ? [9] : [] },
  }
}
