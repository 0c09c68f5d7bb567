import type { Fact } from './facts.ts'
import type { Outage } from './outages.ts'
import type { Verdict } from './verdicts.ts'

/** All times are ms since 1970 UTC on our clock, unless they say otherwise. Absent is null. */

/** The fields of a tracker's frame that a diagnosis reads. */
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
  /** Whether the tracker accepted it; null if unknown. */
  readonly accepted: boolean | null
  /** The address that a change of server names, `host:port`; null for other commands. */
  readonly server: string | null
  /** Seconds of an interval, or until the tracker sleeps. */
  readonly seconds: number | null
}

export type AlarmChange = {
  readonly at: number
  readonly alarm: string
  readonly change: 'raised' | 'cleared'
}

/** A contact at the wrong port or in the wrong protocol. `protocol` null: it spoke H02 on the HTTP port. */
export type StrayContact = {
  readonly at: number
  readonly remoteAddress: string
  readonly protocol: string | null
}

/** An id that has connected and is not registered. */
export type UnknownContact = {
  readonly deviceId: string
  readonly at: number
  readonly remoteAddress: string
}

/** A registered device with a related id that has sent frames. */
export type RelatedDevice = { readonly deviceId: string; readonly at: number }

/** The last frame times of other trackers of the network that the caller may see. */
export type NetworkPeers = { readonly network: string; readonly lastSeen: readonly number[] }

export type RegisteredFacts = {
  readonly registeredAt: number
  /** Number of logins so far. */
  readonly logins: number
  /** True if a live gateway has its session. */
  readonly isConnected: boolean
  /** It may connect from these networks only; null: from any. */
  readonly sources: readonly string[] | null
  /** Time of the last frame, of any session. */
  readonly lastSeen: number | null
  /** Minutes that its clock seems to be ahead, in addition to the configured offset. */
  readonly clockOffsetMinutes: number | null
}

/** What is known about a device. Lists are newest first and not complete. */
export type Evidence = {
  readonly now: number
  readonly deviceId: string
  /** Null if the id is not registered. */
  readonly device: RegisteredFacts | null
  readonly frames: readonly SeenFrame[]
  readonly alarms: readonly AlarmChange[]
  /** Connections that `sources` refused. */
  readonly refusals: readonly { readonly at: number; readonly remoteAddress: string }[]
  readonly commands: readonly WrittenCommand[]
  readonly stray: StrayContact | null
  /** This id itself, or an id that is a part of it: an IMEI contains the short id of its tracker. */
  readonly unknown: readonly UnknownContact[]
  /** Registered devices with a related id, at the time of their last frame: they may be the same tracker. */
  readonly related: readonly RelatedDevice[]
  /** False if `unknown` or `related` may miss longer ids, because the fleet has too many. */
  readonly isSearchComplete: boolean
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
  'related-device',
  'outage',
  'network',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** One fact that supports a verdict, and when it was seen. `frame`: the frame itself, printable. */
export type Finding = {
  readonly kind: FindingKind
  readonly at: number
  readonly fact: Fact
  readonly frame: string | null
}

/** `since`: when the condition began, if known. */
export type Found = {
  readonly verdict: Verdict
  readonly since: number | null
  readonly evidence: readonly Finding[]
}

/** Null if the rule does not apply. */
export type Rule = (evidence: Evidence) => Found | null
