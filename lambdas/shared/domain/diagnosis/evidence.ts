import type { Outage } from './outages.ts'
import type { Verdict } from './verdicts.ts'

/** All times are ms since 1970 UTC on our clock, unless they say otherwise. Absent is null. */

/** A frame from the tracker, as far as a diagnosis reads it. */
export type SeenFrame = {
  /** When it was received. */
  readonly at: number
  /** The device's clock, as configured. */
  readonly fixTime: number | null
  /** Printable, with secrets masked. */
  readonly text: string
  readonly isPosition: boolean
  readonly signalPercent: number | null
  readonly batteryPercent: number | null
  readonly ignitionOn: boolean | null
  readonly speedKmh: number | null
  /** Names of the alarms that its status word shows; null: it has no status word. */
  readonly alarms: readonly string[] | null
}

/** A command that was written to the tracker. */
export type WrittenCommand = {
  readonly commandId: string
  readonly intent: string
  readonly writtenAt: number
  /** Whether the tracker accepted it; null: that is not known. */
  readonly accepted: boolean | null
  /** The address that a change of server names, `host:port`; null for other commands. */
  readonly server: string | null
  /** Of an interval, or of the time until it sleeps. */
  readonly seconds: number | null
}

export type AlarmChange = {
  readonly at: number
  readonly alarm: string
  readonly change: 'raised' | 'cleared'
}

/** A contact of the tracker at the wrong door. `protocol` null: it spoke H02, on the HTTP port. */
export type StrayContact = {
  readonly at: number
  readonly remoteAddress: string
  readonly protocol: string | null
}

/** An id that dialled in and is not registered. */
export type UnknownContact = {
  readonly deviceId: string
  readonly at: number
  readonly remoteAddress: string
}

/** When the trackers of a network were heard last, without this one, as far as the caller may see them. */
export type NetworkPeers = { readonly network: string; readonly lastSeen: readonly number[] }

export type RegisteredFacts = {
  readonly registeredAt: number
  /** Logins so far. */
  readonly logins: number
  /** A gateway that lives has its session. */
  readonly isConnected: boolean
  /** It may connect from these networks only; null: from any. */
  readonly sources: readonly string[] | null
  /** The last frame, of any session. */
  readonly lastSeen: number | null
  /** How far its clock seems to be ahead, in addition to the configured offset. */
  readonly clockOffsetMinutes: number | null
}

/** What is known of a device. Lists are newest first, and never complete. */
export type Evidence = {
  readonly now: number
  readonly deviceId: string
  /** Null: the id is not registered. */
  readonly device: RegisteredFacts | null
  readonly frames: readonly SeenFrame[]
  readonly alarms: readonly AlarmChange[]
  /** Connections that `sources` refused. */
  readonly refusals: readonly { readonly at: number; readonly remoteAddress: string }[]
  readonly commands: readonly WrittenCommand[]
  readonly stray: StrayContact | null
  /** This id itself, or one that is a part of it: an IMEI contains the short id of its tracker. */
  readonly unknown: readonly UnknownContact[]
  readonly outages: readonly Outage[]
  readonly peers: NetworkPeers | null
}

export const findingKinds = [
  'registry',
  'frame',
  'alarm',
  'refusal',
  'command',
  'stray',
  'unknown-id',
  'outage',
  'network',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** One fact that supports a verdict. `frame`: the frame itself, printable. */
export type Finding = {
  readonly kind: FindingKind
  readonly at: number
  readonly text: string
  readonly frame: string | null
}

/** `since`: when the condition began, as far as known. */
export type Found = {
  readonly verdict: Verdict
  readonly since: number | null
  readonly evidence: readonly Finding[]
}

/** Null: the rule does not apply. */
export type Rule = (evidence: Evidence) => Found | null
