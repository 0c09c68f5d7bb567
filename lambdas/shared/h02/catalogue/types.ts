/** The two ways to say a command: `h02` is `*HQ,<id>,<word>,<HHMMSS>,…#`, `text` the bare text of an SMS (PROTOCOL.md section 5). */
export type Dialect = 'h02' | 'text'
export const dialects = ['text', 'h02'] as const satisfies readonly Dialect[]

/**
 * From least to most dangerous. `harmless`: at worst answered with ERROR. `sensitive`: gives others power over the car,
 * or silences it; requires a confirm. `disruptive`: may make the tracker unreachable or lose settings, or is not known at
 * all; requires a confirm, and waits in the queue only if the request asks for it. `dangerous`: stops the engine; two
 * steps, own scope, never stored, never repeated.
 */
export const dangers = ['harmless', 'sensitive', 'disruptive', 'dangerous'] as const
export type Danger = (typeof dangers)[number]

/** How sure we are that a tracker accepts it (PROTOCOL.md, "How to read this page"). */
export type Confidence = 'certain' | 'likely' | 'unsure'

export type ParamValue = string | number
export type Params = Readonly<Record<string, ParamValue>>

/** One parameter: what is accepted, in its unit. `secret`: masked wherever the command or its reply is shown. */
export type ParamSpec = {
  readonly name: string
  readonly title: string
  readonly kind: 'integer' | 'choice' | 'phone' | 'host' | 'ipv4' | 'apn' | 'text' | 'password'
  readonly unit: string | null
  readonly min: number | null
  readonly max: number | null
  readonly choices: readonly string[] | null
  readonly required: boolean
  readonly byDefault: ParamValue | null
  readonly secret: boolean
  /** A regular expression that the whole value fits, beyond what `kind` asks; null: nothing more. */
  readonly pattern: string | null
}

/**
 * By what an answer is known. `echo`: V4 with the command word (PROTOCOL.md section 5.2). `link`: also by a LINK frame. The
 * others are contents of an SMS message (PROTOCOL.md section 5.3); `set-ok` is what most settings answer, `any` what no one has recorded.
 */
export type ReplyKind =
  | 'echo'
  | 'link'
  | 'status'
  | 'config'
  | 'firmware'
  | 'location'
  | 'phones'
  | 'mileage'
  | 'time-zone'
  | 'server'
  | 'apn'
  | 'password'
  | 'set-ok'
  | 'any'

/** One wording of an intent. */
export type Encoding = {
  readonly dialect: Dialect
  /** The `*HQ` command word, or the text up to its first parameter; for people and for recognising raw bytes. */
  readonly word: string
  /**
   * The wording: `{name}` is a parameter, `{password}` the device's own, `{host:commas}` an address with commas for
   * points, `[…]` is left out where its parameters are. In `h02`, `*HQ,<id>,` goes before, HHMMSS after the word.
   */
  readonly template: string
  /** Other wordings that mean the same: recognised in raw bytes, never written by us. */
  readonly aliases: readonly string[]
  readonly reply: ReplyKind
  readonly confidence: Confidence
  /** Where it is known from: PROTOCOL.md's source tags. */
  readonly source: string
  /** Models it is known of (beginnings of model names), null: any. */
  readonly models: readonly string[] | null
  /** Danger of the template, not of its aliases, on any other model, or an unknown one, where it may mean something else; absent: the entry's. */
  readonly dangerElsewhere?: Danger
  /** `h02`: where HHMMSS stands; absent: after the word. HuaSunTek words have it last, or not at all (PROTOCOL.md section 5.5). */
  readonly time?: 'last' | 'none'
  /** Whether an answer is expected at all (R1, R7: none). */
  readonly answers: boolean
  /** ms from the write until a reply no longer counts as prompt. */
  readonly replyMs: number
}

/** What should be seen after a command took effect. `key`: two commands with the same key wait for each other. */
export type EffectSpec = {
  readonly key: string
  readonly kind: 'status-bit' | 'interval' | 'restart' | 'departure'
  /** status-bit: which, and whether it should be clear (0 = the condition holds) or set. */
  readonly bit: number | null
  readonly clear: boolean | null
  /** interval: seconds asked for, and the ignition state in which it shows; null: either. */
  readonly seconds: number | null
  readonly ignitionOn: boolean | null
  /** ms from the write; what has not shown by then is not conclusive. */
  readonly windowMs: number
  /** Frames (status-bit) or gaps (interval) that must agree. */
  readonly needed: number
}

/** A command as people think of it. `intent` is stable: it stands in URLs, in stored commands and in evidence. */
export type CatalogueEntry = {
  readonly intent: string
  readonly title: string
  readonly summary: string
  readonly params: readonly ParamSpec[]
  readonly danger: Danger
  /** Saying it twice is the same as once. */
  readonly idempotent: boolean
  /** Only unsure sources: shown as such, never chosen by `auto`. */
  readonly experimental: boolean
  /** In the order in which `auto` tries them where there is no evidence. */
  readonly encodings: readonly Encoding[]
  /** Null, or giving null for some parameters, where nothing can be seen from outside. */
  readonly effect: ((params: Params) => EffectSpec | null) | null
  /** Part of a probe. */
  readonly probe: boolean
  /** How a probe of level 2 writes it without a change; null: it cannot, or must not. */
  readonly noChange: NoChange | null
}

/**
 * A setting that a tracker prints: written with what it printed, nothing changes. `params` of the printed value, and of all
 * that it printed; null where this command would change something.
 */
export type NoChange = {
  readonly fact: keyof ProbeFacts
  readonly params: (value: string | number | boolean, facts: ProbeFacts) => Params | null
}

export type ParamFault = { readonly name: string; readonly detail: string }
export type CheckedParams =
  | { readonly ok: true; readonly params: Params }
  | { readonly ok: false; readonly faults: readonly ParamFault[] }

/** Whom a command is for, and when it is written. */
export type CommandAddress = {
  /** The tracker's own maker code; HQ if unknown. */
  readonly maker: string | null
  readonly id: string
  /** The device's password, glued into text commands; 0000 if unknown. */
  readonly password: string | null
  /** The device's model, where known: the same words may be dangerous on another. */
  readonly model?: string | null
  /** ms since 1970 UTC: becomes HHMMSS in the `h02` dialect, the correlation key. */
  readonly now: number
}
export type EncodedCommand =
  | {
      readonly ok: true
      readonly bytes: Uint8Array
      /** HHMMSS, `h02` only. */ readonly cmdTime: string | null
    }
  | { readonly ok: false; readonly detail: string }

/** What raw bytes turn out to be. */
export type RecognisedCommand = {
  readonly intent: string
  readonly dialect: Dialect
  /** As they stand there, out of range too; none where the command is only a part of the bytes. */
  readonly params: Params
  /** The most dangerous of all that stands in the bytes: what contains a command inherits its danger. */
  readonly danger: Danger
  /**
   * The bytes are this command and nothing else, with parameters that are accepted. False: the command stands among
   * something else or is written oddly; then it needs, beside what its danger asks for, what unknown bytes need.
   */
  readonly exact: boolean
}

/** What the reply to a command is looked for with. `raw`: the bytes written, where a person typed them. */
export type OpenCommand = {
  readonly intent: string
  readonly dialect: Dialect
  readonly params: Params
  /** HHMMSS as written, `h02` only. */
  readonly cmdTime: string | null
  readonly raw?: Uint8Array | null
}

/** How often trackers of a model were asked in a dialect, and how often they answered. */
export type DialectEvidence = {
  readonly dialect: Dialect
  readonly answered: number
  readonly attempts: number
}

/** What a frame is to an open command. `certain`: echoed word and time, or unmistakable content; `fits`: could be. */
export type ReplyMatch = 'certain' | 'fits' | 'no'

/** What a reply says. `ok` null: neither yes nor no. `opposite`: the echoed state contradicts what was asked (CJ730). */
export type ReplyReading = {
  readonly ok: boolean | null
  readonly opposite: boolean
  /** Why not, for people: "not supported", "wrong password"; null unless `ok` is false. */
  readonly reason: string | null
  /** The text decoded (masked only when shown), without the frame around it. */
  readonly text: string
  readonly facts: ProbeFacts
}

/** What a tracker reports about itself (CXZT, RCONF, QZXT, LINK, V6 …). Unknown facts are absent; secrets are masked when shown. */
export type ProbeFacts = {
  readonly model?: string
  readonly firmware?: string
  readonly deviceId?: string
  readonly iccid?: string
  readonly intervalOnSeconds?: number
  readonly intervalOffSeconds?: number
  readonly heartbeatSeconds?: number
  readonly serverHost?: string
  readonly serverPort?: number
  readonly apn?: string
  readonly voltage?: number
  readonly batteryPercent?: number
  /** 0 to 5: GT09 clones report a level and no per cent. */
  readonly batteryLevel?: number
  readonly mileageMetres?: number
  readonly gsm?: number
  readonly satellites?: number
  readonly gpsFix?: boolean
  readonly mode?: string
  readonly timeZone?: string
  readonly powerAlarmOn?: boolean
  readonly overspeedAlarmOn?: boolean
  readonly sleepOn?: boolean
}
