import { bucketOf } from './event.ts'
import { DUE_SHARDS, LIST_SHARDS } from './tables.ts'

/** How frames of a device are acknowledged: according to PROTOCOL.md section 4 (`auto`), always in one way, or never. */
export type AckPolicy = 'auto' | 'R12' | 'V4' | 'none'

/** The session that owns the device. The higher epoch wins; the item's `epoch` counts logins. */
export type Session = {
  readonly sessionId: string
  readonly epoch: number
  readonly gatewayId: string
  readonly remoteAddress: string
  /** ms since 1970 UTC */
  readonly since: number
}

/** A registered device as stored in the fleet table, with these attribute names. Absent is null. */
export type Device = {
  readonly deviceId: string
  readonly name: string | null
  readonly model: string | null
  readonly ackPolicy: AckPolicy
  /** ms since 1970 UTC */
  readonly registeredAt: number
  /** How it was registered: through the API, or by itself with registration `open`. */
  readonly registeredBy: 'api' | 'open'
  readonly epoch: number
  readonly session: Session | null
}

/** An id that sent something and is not registered. */
export type UnknownDevice = {
  readonly deviceId: string
  readonly firstSeen: number
  readonly lastSeen: number
  readonly remoteAddress: string
  /** Wire tag of its last frame. */
  readonly sampleType: string | null
}

/** 1–15 digits; short ids exist (PROTOCOL.md section 1.8), longer ones do not. */
export const isDeviceId = (text: string): boolean => /^\d{1,15}$/.test(text)

const COMMAND_PREFIX = 'command#'

/** By this key the sweep recognizes a campaign among the due items. */
export const CAMPAIGN_SK = 'campaign'

/** By this key the sweep recognizes the limits of notifications among the due items. */
export const NOTICE_LIMITS_SK = 'limits'

/** Keys in the fleet table; see tables.ts. */
export const fleetKeys = {
  device: (deviceId: string) => ({ pk: `device#${deviceId}`, sk: 'device' }),
  /** Ids sort by time of creation; '' and '~' sort before and after all of them. */
  command: (deviceId: string, commandId: string) => ({
    pk: `device#${deviceId}`,
    sk: `${COMMAND_PREFIX}${commandId}`,
  }),
  /** '' stands before all of them. */
  schedule: (deviceId: string, name: string) => ({ pk: `device#${deviceId}`, sk: `schedule#${name}` }),
  desired: (deviceId: string) => ({ pk: `device#${deviceId}`, sk: 'desired' }),
  apiKey: (keyId: string) => ({ pk: `key#${keyId}`, sk: 'key' }),
  gateway: (gatewayId: string) => ({ pk: `gateway#${gatewayId}`, sk: 'lease' }),
  /** Counters of one wording: in one of the family's partitions, so that many writers can count at the same time. */
  evidence: (family: string, shard: number, firmware: string, intent: string, dialect: string) => ({
    pk: evidencePartition(family, shard),
    sk: [firmware, intent, dialect].map(encodeURIComponent).join('#'),
  }),
  family: (family: string) => ({ pk: `family#${encodeURIComponent(family)}`, sk: 'family' }),
  /** Partitions of the audit: entries about a device, and other actions of a key. */
  audit: (deviceId: string) => `audit#${deviceId}`,
  auditOfKey: (keyId: string) => `audit#key#${keyId}`,
  /** The bytes of an audit entry are an item of the device, so that they are deleted with it. */
  auditBytes: (deviceId: string, entrySortKey: string) => ({
    pk: `device#${deviceId}`,
    sk: `audit-bytes#${entrySortKey}`,
  }),
  /** One item for each label of a device; listed under the name, by value and id. */
  label: (deviceId: string, name: string) => ({ pk: `device#${deviceId}`, sk: `label#${name}` }),
  unknown: (deviceId: string) => ({ pk: `unknown#${deviceId}`, sk: 'unknown' }),
  stray: (deviceId: string) => ({ pk: `stray#${deviceId}`, sk: 'stray' }),
  /** The last network of a device, listed under that network. */
  network: (deviceId: string) => ({ pk: `device#${deviceId}`, sk: 'network' }),
  gatewayLife: (gatewayId: string) => ({ pk: 'gateway-lives', sk: gatewayId }),
  noticeLimits: (scope: string) => ({ pk: `notices#${scope}`, sk: NOTICE_LIMITS_SK }),
  campaign: (campaignId: string) => ({ pk: `campaign#${campaignId}`, sk: CAMPAIGN_SK }),
  /** Chunks belong to the selection that the campaign names; chunks of another selection are left from a failed request. */
  campaignChunk: (campaignId: string, selection: string, chunk: number) => ({
    pk: `campaign#${campaignId}`,
    sk: `parts#${selection}#${String(chunk).padStart(3, '0')}`,
  }),
  /** `part` null: the common prefix of all keys. */
  campaignConclusion: (campaignId: string, part: number | null, at: number, verdict: string) => ({
    pk: `campaign#${campaignId}`,
    sk: part === null ? 'concluded#' : `concluded#${String(part).padStart(5, '0')}#${at}#${verdict}`,
  }),
  namedCommand: (name: string) => ({ pk: 'named-commands', sk: name }),
  /** All in one partition, because ingest reads all of them. */
  place: (placeId: string) => ({ pk: 'places', sk: placeId }),
  waitSlot: (slot: number) => ({ pk: 'wait-slots', sk: `slot#${slot}` }),
  /** Events of a device or of the installation, in a separate partition, so that ingest may write only there. */
  events: (deviceId: string | null) => `events#${deviceId ?? 'installation'}`,
  openings: (hour: number) => ({ pk: `openings#${hour}`, sk: 'count' }),
  listOf: (what: 'devices' | 'unknown', deviceId: string) => ({
    list: `${what}#${bucketOf(deviceId) % LIST_SHARDS}`,
    listKey: deviceId,
  }),
  dueOf: (deviceId: string) => `due#${bucketOf(deviceId) % DUE_SHARDS}`,
}

export const evidencePartition = (family: string, shard: number): string =>
  `evidence#${encodeURIComponent(family)}#${shard}`
