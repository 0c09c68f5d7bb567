import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import type { Counts, StopReason } from '../campaign.ts'
import type { Metadata } from '../command.ts'
import type { SettingName, SettingValue } from '../settings.ts'
import type { Verdict } from '../verdict.ts'

/** ISO 8601 in UTC, with milliseconds. */
export type IsoTime = string

export type AlarmData = {
  /** Name of the status bit, as the device's model has it, or of an alarm that only texts report (domain/alarms.ts). */
  readonly alarm: string
  /** Null: no bit of the status word reports it. */
  readonly bit: number | null
  readonly receivedAt: IsoTime
  readonly fixTime: IsoTime | null
  /** It describes the past. */
  readonly late: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

export type PresenceData = { readonly sessionId: string; readonly receivedAt: IsoTime }

export type MovedData = {
  readonly fixTime: IsoTime
  readonly receivedAt: IsoTime
  readonly latitude: number
  readonly longitude: number
  readonly speedKmh: number | null
  readonly course: number | null
}

export type CommandEndData = {
  readonly commandId: string
  readonly intent: string
  readonly danger: Danger
  readonly probeId: string | null
  /** The campaign that it is a part of. */
  readonly campaignId: string | null
  readonly model: string | null
  readonly firmware: string | null
  readonly dialect: Dialect | null
  readonly attempts: number
  readonly verdict: Verdict
  readonly likely: boolean
  readonly already: boolean
  readonly late: boolean
  readonly ambiguous: boolean
  readonly effectPending: boolean
  readonly ok: boolean | null
  readonly reason: string | null
  readonly corrected: boolean
  readonly metadata: Metadata | null
  readonly createdAt: IsoTime
  readonly concludedAt: IsoTime
}

export type CampaignData = {
  readonly campaignId: string
  readonly name: string | null
  readonly intent: string
  readonly danger: Danger
  /** Why it stopped itself. */
  readonly reason: StopReason | null
  readonly devices: number
  /** Devices whose command has no verdict yet, and how the others ended. */
  readonly pending: number
  readonly outcomes: Counts
  readonly createdBy: string
  readonly createdAt: IsoTime
}

/** No facts beside whom it is about and when. */
export type NoData = Readonly<Record<string, never>>

/** What an event of each type says, beside its envelope. Values are JSON, and never a secret: all readers see them. */
export type EventData = {
  'device.added': {
    readonly registeredBy: 'api' | 'open'
    readonly name: string | null
    readonly model: string | null
  }
  'device.removed': NoData
  'device.online': PresenceData
  'device.offline': PresenceData
  'device.silent': { readonly lastSeen: IsoTime; readonly silentHours: number }
  'device.moved': MovedData
  'device.contested': {
    readonly ownerAddress: string | null
    readonly otherAddress: string
    readonly until: IsoTime
  }
  'device.source-refused': { readonly remoteAddress: string }
  'device.daily-limit': NoData
  'alarm.raised': AlarmData
  'alarm.cleared': AlarmData
  'command.concluded': CommandEndData
  'command.corrected': CommandEndData
  'unknown-device.seen': { readonly remoteAddress: string; readonly sampleType: string | null }
  /** A device id, or the name of another scope that has limits of its own. */
  'notifications.held-back': { readonly scope: string }
  'setting.not-kept': {
    readonly setting: SettingName
    readonly desired: SettingValue
    /** Null: the tracker does not report it. */
    readonly reported: SettingValue | null
    readonly tries: number
  }
  'campaign.started': CampaignData
  'campaign.paused': CampaignData
  'campaign.resumed': CampaignData
  'campaign.stopped': CampaignData
  'campaign.cancelled': CampaignData
  'campaign.finished': CampaignData
  'webhook.disabled': {
    readonly webhookId: string
    readonly reason: string
    /** Since when no delivery succeeded. */
    readonly failingSince: IsoTime | null
  }
}

export type EventType = keyof EventData
