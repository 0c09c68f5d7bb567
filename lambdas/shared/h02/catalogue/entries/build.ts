import type {
  CatalogueEntry,
  Confidence,
  Danger,
  EffectSpec,
  Encoding,
  NoChange,
  Params,
  ParamSpec,
  ReplyKind,
} from '../types.ts'
import {
  NEEDED_GAPS,
  REBOOT_WINDOW_MS,
  replyWindowMs,
  spacingWindowMs,
  STATUS_BIT_WINDOW_MS,
} from '../windows.ts'

type EntryOptions = Partial<
  Omit<CatalogueEntry, 'intent' | 'title' | 'summary' | 'encodings' | 'experimental'>
>

/** By default harmless, repeatable, without parameters and without an effect. */
export const entry = (
  intent: string,
  title: string,
  summary: string,
  encodings: readonly Encoding[],
  options: EntryOptions = {},
): CatalogueEntry => ({
  intent,
  title,
  summary,
  params: [],
  danger: 'harmless',
  idempotent: true,
  effect: null,
  probe: false,
  noChange: null,
  ...options,
  encodings,
  experimental: encodings.every(({ confidence }) => confidence === 'unsure'),
})

/** The fact is shown as the value of the parameter `param`. */
export const sameValue = (fact: NoChange['fact'], param: string): NoChange => ({
  fact,
  params: (value) => (typeof value === 'boolean' ? null : { [param]: value }),
})
/** The command sets the fact to this value: it changes nothing only if the fact has this value already. */
export const sameAs = (
  fact: NoChange['fact'],
  expected: string | number | boolean,
  params: Params = {},
): NoChange => ({ fact, params: (value) => (value === expected ? params : null) })

/** The command sets the intervals of both ignition states: it changes nothing only if both have this value already. */
export const sameIntervals: NoChange = {
  fact: 'intervalOnSeconds',
  params: (seconds, { intervalOffSeconds }) =>
    typeof seconds === 'number' && seconds === intervalOffSeconds ? { seconds } : null,
}

type EncodingOptions = {
  readonly reply?: ReplyKind
  readonly aliases?: readonly string[]
  readonly models?: readonly string[]
  readonly dangerElsewhere?: Danger
  readonly time?: 'last' | 'none'
  readonly answers?: boolean
  readonly replyMs?: number
}

const encodingIn =
  (dialect: 'h02' | 'text', wordIn: RegExp, reply: ReplyKind) =>
  (template: string, confidence: Confidence, source: string, options: EncodingOptions = {}): Encoding => ({
    dialect,
    word: wordIn.exec(template)?.[0] ?? '',
    template,
    aliases: [],
    reply,
    confidence,
    source,
    models: null,
    answers: true,
    replyMs: replyWindowMs[dialect],
    ...options,
  })

/** `word,…` as `*HQ,<id>,word,<HHMMSS>,…#`. */
export const h02 = encodingIn('h02', /^\w+/, 'echo')
/** The text of an SMS. */
export const text = encodingIn('text', /^[^{[ ]+/, 'set-ok')

type ParamOptions = Partial<Pick<ParamSpec, 'required' | 'byDefault' | 'secret' | 'pattern'>>

const param = (
  name: string,
  title: string,
  kind: ParamSpec['kind'],
  own: Partial<ParamSpec> & ParamOptions,
): ParamSpec => ({
  name,
  title,
  kind,
  unit: null,
  min: null,
  max: null,
  choices: null,
  required: (own.byDefault ?? null) === null,
  byDefault: null,
  secret: false,
  pattern: null,
  ...own,
})

export const integer = (
  name: string,
  title: string,
  unit: string | null,
  min: number,
  max: number,
  options: ParamOptions = {},
): ParamSpec => param(name, title, 'integer', { unit, min, max, ...options })

export const choice = (
  name: string,
  title: string,
  choices: readonly string[],
  options: ParamOptions = {},
): ParamSpec => param(name, title, 'choice', { choices, ...options })

/** Phone numbers and passwords are secrets. */
export const phone = (name: string, title: string, options: ParamOptions = {}): ParamSpec =>
  param(name, title, 'phone', { secret: true, ...options })
export const password = (name: string, title: string): ParamSpec =>
  param(name, title, 'password', { secret: true })
export const secretText = (name: string, title: string, options: ParamOptions = {}): ParamSpec =>
  param(name, title, 'text', { secret: true, ...options })

export const plain = (
  name: string,
  title: string,
  kind: 'host' | 'ipv4' | 'apn' | 'text',
  options: ParamOptions = {},
): ParamSpec => param(name, title, kind, options)

const noEffect = {
  bit: null,
  clear: null,
  seconds: null,
  ignitionOn: null,
} as const

/** `clear`: the bit is 0 while the condition holds, because bits are active low (PROTOCOL.md section 3.1). */
export const statusBit = (key: string, bit: number, clear: boolean): EffectSpec => ({
  ...noEffect,
  key,
  kind: 'status-bit',
  bit,
  clear,
  windowMs: STATUS_BIT_WINDOW_MS,
  needed: 2,
})

export const spacing = (key: string, seconds: number, ignitionOn: boolean | null): EffectSpec => ({
  ...noEffect,
  key,
  kind: 'interval',
  seconds,
  ignitionOn,
  windowMs: spacingWindowMs(seconds),
  needed: NEEDED_GAPS,
})

export const reboot: EffectSpec = {
  ...noEffect,
  key: 'restart',
  kind: 'restart',
  windowMs: REBOOT_WINDOW_MS,
  needed: 1,
}

/** The tracker connects elsewhere, or nowhere, and does not come back. */
export const departure: EffectSpec = {
  ...noEffect,
  key: 'server',
  kind: 'departure',
  windowMs: REBOOT_WINDOW_MS,
  needed: 1,
}
