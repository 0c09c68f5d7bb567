import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import type { Counts, StopReason } from '../campaign.ts'
import type { Metadata } from '../command.ts'
import type { SettingName, SettingValue } from '../settings.ts'
import type { Verdict } from '../verdict.ts'

/** ISO 8601 in UTC, with milliseconds. */
type IsoTime = string

export type AlarmData = {
  /** Name of the status bit for the device's model, or of an alarm that only texts report (domain/alarms.ts). */
  readonly alarm: string
  /** Null if no bit of the status word reports it. */
  readonly bit: number | null
  readonly receivedAt: IsoTime
  readonly fixTime: IsoTime | null
  /** True if it describes the past. */
  readonly late: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

export type PresenceData = { readonly sessionId: string; readonly receivedAt: IsoTime }

type MovedData = {
  readonly fixTime: IsoTime
  readonly receivedAt: IsoTime
  readonly latitude: number
  readonly longitude: number
  readonly speedKmh: number | null
  readonly course: number | null
}

type ParkedMoveData = {
  /** Since when it was parked, and where. */
  readonly since: IsoTime
  readonly parkedLatitude: number
  readonly parkedLongitude: number
  /** Distance from the parked position, meters. */
  readonly meters: number
  readonly fixTime: IsoTime
  readonly receivedAt: IsoTime
  readonly late: boolean
  readonly latitude: number
  readonly longitude: number
}

export type PlaceData = {
  readonly placeId: string
  readonly name: string
  readonly fixTime: IsoTime
  readonly receivedAt: IsoTime
  /** True if the tracker had stored the frame, so it describes the past. */
  readonly late: boolean
  /** Null if only the time of the fix is known. */
  readonly latitude: number | null
  readonly longitude: number | null
}

export type SpeedData = {
  readonly limitKmh: number
  readonly speedKmh: number
  /** The highest since it was exceeded. */
  readonly topSpeedKmh: number
  /** The first fix over the limit. */
  readonly since: IsoTime
  readonly fixTime: IsoTime
  readonly receivedAt: IsoTime
  readonly late: boolean
  readonly latitude: number
  readonly longitude: number
}

export type CommandEndData = {
  readonly commandId: string
  readonly intent: string
  readonly danger: Danger
  readonly probeId: string | null
  /** The campaign that the command belongs to. */
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
  /** Why the campaign stopped itself. */
  readonly reason: StopReason | null
  readonly devices: number
  /** Devices whose command has no verdict yet, and the other devices by outcome. */
  readonly pending: number
  readonly outcomes: Counts
  readonly createdBy: string
  readonly createdAt: IsoTime
}

/** No data besides the device and the time. */
type NoData = Readonly<Record<string, never>>

/** The data of each type of event, without its envelope. Values are JSON and contain no secrets, because all readers see them. */
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
  'device.moved-parked': ParkedMoveData
  'device.contested': {
    readonly ownerAddress: string | null
    readonly otherAddress: string
    readonly until: IsoTime
  }
  'device.source-refused': { readonly remoteAddress: string }
  'device.daily-limit': NoData
  'alarm.raised': AlarmData
  'alarm.cleared': AlarmData
  'place.entered': PlaceData
  'place.left': PlaceData
  'place.stayed': PlaceData & { readonly minutes: number }
  'speed.exceeded': SpeedData
  'speed.ok-again': SpeedData
  'command.concluded': CommandEndData
  'command.corrected': CommandEndData
  'unknown-device.seen': { readonly remoteAddress: string; readonly sampleType: string | null }
  /** A device id, or the name of another scope with its own limits. */
  'notifications.held-back': { readonly scope: string }
  'setting.not-kept': {
    readonly setting: SettingName
    readonly desired: SettingValue
    /** Null if the tracker does not report it. */
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
