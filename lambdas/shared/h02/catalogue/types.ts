/**
 * The two dialects of commands: `h02` is `*HQ,<id>,<word>,<HHMMSS>,…#`, `text` is the bare text of an SMS (PROTOCOL.md
 * section 5).
 */
export type Dialect = 'h02' | 'text'
export const dialects = ['text', 'h02'] as const satisfies readonly Dialect[]

/**
 * From least to most dangerous. `harmless`: at worst answered with ERROR. `sensitive`: gives others power over the car,
 * or silences it; requires a confirmation. `disruptive`: may make the tracker unreachable or lose settings, or is
 * unknown; requires a confirmation, and waits in the queue only if the request asks for it. `dangerous`: stops the
 * engine; two steps, a scope of its own, never queued, never repeated.
 */
export const dangers = ['harmless', 'sensitive', 'disruptive', 'dangerous'] as const
export type Danger = (typeof dangers)[number]

/** How sure we are that a tracker accepts it (PROTOCOL.md, "How to read this page"). */
export type Confidence = 'certain' | 'likely' | 'unsure'

export type ParamValue = string | number
export type Params = Readonly<Record<string, ParamValue>>

/** One parameter: the accepted values, in its unit. `secret`: masked wherever the command or its reply is shown. */
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
  /** A regular expression that the whole value must match, in addition to `kind`; null if there is none. */
  readonly pattern: string | null
}

/**
 * How an answer is recognized. `echo`: V4 with the command word (PROTOCOL.md section 5.2). `link`: also a LINK frame.
 * The others are contents of an SMS message (PROTOCOL.md section 5.3): `set-ok` is the answer to most settings, `any`
 * means that no one has recorded the answer.
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
  /**
   * The `*HQ` command word, or the text up to its first parameter. It is shown to people and used to recognize raw
   * bytes.
   */
  readonly word: string
  /**
   * The wording: `{name}` is a parameter, `{password}` the device's own, `{host:commas}` an address with commas for
   * points, `[…]` is left out if its parameters are missing. In `h02`, `*HQ,<id>,` comes first, and HHMMSS follows the
   * word.
   */
  readonly template: string
  /** Other wordings with the same meaning: recognized in raw bytes, never written by us. */
  readonly aliases: readonly string[]
  readonly reply: ReplyKind
  readonly confidence: Confidence
  /** The source, as a tag of PROTOCOL.md. */
  readonly source: string
  /** The models that are known to accept it (beginnings of model names); null: any. */
  readonly models: readonly string[] | null
  /**
   * The danger of the template (not of its aliases) on other or unknown models, where it may mean something else. By
   * default that of the entry.
   */
  readonly dangerElsewhere?: Danger
  /**
   * The place of HHMMSS in the `h02` dialect, by default after the word. HuaSunTek words have it last or not at all
   * (PROTOCOL.md section 5.5).
   */
  readonly time?: 'last' | 'none'
  /** Whether an answer is expected (not for R1 and R7). */
  readonly answers: boolean
  /** ms from the write after which a reply counts as late. */
  readonly replyMs: number
}

/** What shows that a command took effect. `key`: commands with the same key change the same thing. */
export type EffectSpec = {
  readonly key: string
  readonly kind: 'status-bit' | 'interval' | 'restart' | 'departure'
  /** For `status-bit`: which bit, and whether it should be clear (0: the condition holds) or set. */
  readonly bit: number | null
  readonly clear: boolean | null
  /** For `interval`: the requested seconds, and the ignition state in which they apply; null: both. */
  readonly seconds: number | null
  readonly ignitionOn: boolean | null
  /** ms from the write. An effect that has not been seen by then stays unknown. */
  readonly windowMs: number
  /** How many frames (`status-bit`) or gaps (`interval`) must agree. */
  readonly needed: number
}

/** A command as people think of it. `intent` never changes: it is part of URLs, stored commands and evidence. */
export type CatalogueEntry = {
  readonly intent: string
  readonly title: string
  readonly summary: string
  readonly params: readonly ParamSpec[]
  readonly danger: Danger
  /** Sending it twice has the same effect as once. */
  readonly idempotent: boolean
  /** All its sources are uncertain. It is shown as such and never chosen by `auto`. */
  readonly experimental: boolean
  /** In the order in which `auto` tries them if there is no evidence. */
  readonly encodings: readonly Encoding[]
  /** Null, or returns null for some parameters, if no effect can be seen from outside. */
  readonly effect: ((params: Params) => EffectSpec | null) | null
  /** Part of a probe. */
  readonly probe: boolean
  /** How a probe of level 2 writes it without changing anything; null if it cannot or must not. */
  readonly noChange: NoChange | null
}

/**
 * A setting that a tracker prints. Writing the printed value changes nothing. `params` makes the parameters from the
 * printed value and from all printed facts; null if the command would change something.
 */
export type NoChange = {
  readonly fact: keyof ProbeFacts
  readonly params: (value: string | number | boolean, facts: ProbeFacts) => Params | null
}

export type ParamFault = { readonly name: string; readonly detail: string }
export type CheckedParams =
  | { readonly ok: true; readonly params: Params }
  | { readonly ok: false; readonly faults: readonly ParamFault[] }

/** The device that a command is for, and the time of the write. */
export type CommandAddress = {
  /** The tracker's own maker code; HQ if unknown. */
  readonly maker: string | null
  readonly id: string
  /** The device's password, which is part of text commands; 0000 if unknown. */
  readonly password: string | null
  /** The device's model, if known: the same words may be dangerous on another model. */
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

/** What raw bytes were recognized as. */
export type RecognizedCommand = {
  readonly intent: string
  readonly dialect: Dialect
  /** The parameters as typed, also if out of range. None if the command is only a part of the bytes. */
  readonly params: Params
  /** The highest danger of all commands in the bytes. */
  readonly danger: Danger
  /**
   * Whether the bytes are this command and nothing else, with accepted parameters. If not, the command is part of other
   * bytes or written in an odd way, and must also meet the requirements for unknown bytes.
   */
  readonly exact: boolean
}

/** The fields of a command that a reply is matched against. `raw`: the written bytes, if a person typed them. */
export type OpenCommand = {
  readonly intent: string
  readonly dialect: Dialect
  readonly params: Params
  /** HHMMSS as written, `h02` only. */
  readonly cmdTime: string | null
  readonly raw?: Uint8Array | null
}

/** How often trackers of a model were sent this in a dialect, and how often they answered. */
export type DialectEvidence = {
  readonly dialect: Dialect
  readonly answered: number
  readonly attempts: number
}

/**
 * Whether a frame answers an open command. `certain`: it echoes word and time, or its content is unmistakable. `fits`:
 * it could be the answer.
 */
export type ReplyMatch = 'certain' | 'fits' | 'no'

/** What the error of a tracker means. Stored as such, so the spelling stays. */
export const replyFaults = [
  'wrong password',
  'wrong format',
  'not permitted',
  'not supported',
  'command not known',
  'out of range',
  'no GPS fix',
  'the operation failed',
  'old password wrong',
  'new password out of range',
  'ERROR: not supported or forbidden',
  'the tracker reports an error',
] as const
export type ReplyFault = (typeof replyFaults)[number]

/**
 * The meaning of a reply. `ok` null: neither yes nor no. `opposite`: the echoed state contradicts the command (CJ730).
 */
export type ReplyReading = {
  readonly ok: boolean | null
  readonly opposite: boolean
  /** A `ReplyFault`, or `failed with code` and a code without a known meaning; null unless `ok` is false. */
  readonly reason: string | null
  /** The text decoded (masked only when shown), without the frame around it. */
  readonly text: string
  readonly facts: ProbeFacts
}

/**
 * Facts that a tracker reports about itself (CXZT, RCONF, QZXT, LINK, V6 …). Unknown facts are absent; secrets are
 * masked when shown.
 */
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
  /** 0 to 5. GT09 clones report a level and not per cent. */
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
