import type {
  AlarmData,
  CampaignData,
  CommandEndData,
  EventData,
  EventType,
  PlaceData,
  PresenceData,
  SpeedData,
} from './event-data.ts'

/**
 * How an event is kept. `history`: as long as positions. `newest`: one per device, and only while someone follows it, because it
 * comes with each report and history contains the position anyway.
 */
type Kept = 'history' | 'newest'

type EventRow<Data> = {
  /** The name on the event bus. Rules of other teams match it, so it never changes. */
  readonly detailType: string
  /** Version of `data`: a higher version may remove fields or change their meaning. New fields do not change the version. */
  readonly version: number
  /** One sentence, for the description of the API. */
  readonly summary: string
  readonly kept: Kept
  /** Where it is kept: a device's events are deleted with the device. */
  readonly of: 'device' | 'installation'
  /** Whether people are notified of it, within their limits. */
  readonly notifies: boolean
  readonly example: Data
}

const usual = { version: 1, kept: 'history', of: 'device', notifies: true } as const

const alarm: AlarmData = {
  alarm: 'sos',
  bit: 1,
  receivedAt: '2026-01-31T08:00:01.250Z',
  fixTime: '2026-01-31T08:00:00.000Z',
  late: false,
  latitude: 52.52,
  longitude: 13.405,
}
const presence: PresenceData = {
  sessionId: '019c131a55e2a1b2c3d4',
  receivedAt: '2026-01-31T08:00:01.250Z',
}
const visit: PlaceData = {
  placeId: 'pl_4f1d2c3b4a59',
  name: 'Depot',
  fixTime: '2026-01-31T08:00:00.000Z',
  receivedAt: '2026-01-31T08:00:01.250Z',
  late: false,
  latitude: 52.52,
  longitude: 13.405,
}
const speed: SpeedData = {
  limitKmh: 80,
  speedKmh: 93.5,
  topSpeedKmh: 93.5,
  since: '2026-01-31T07:59:40.000Z',
  fixTime: '2026-01-31T08:00:00.000Z',
  receivedAt: '2026-01-31T08:00:01.250Z',
  late: false,
  latitude: 52.52,
  longitude: 13.405,
}
const ended: CommandEndData = {
  commandId: '0mjv1x2k9a7f3e1c',
  intent: 'interval-on',
  danger: 'harmless',
  probeId: null,
  campaignId: null,
  model: 'ST-906L',
  firmware: null,
  dialect: 'text',
  attempts: 1,
  verdict: 'confirmed',
  likely: false,
  already: false,
  late: false,
  ambiguous: false,
  effectPending: false,
  ok: true,
  reason: null,
  corrected: false,
  metadata: { order: '4711' },
  createdAt: '2026-01-31T07:59:00.000Z',
  concludedAt: '2026-01-31T08:00:01.250Z',
}

const campaign: CampaignData = {
  campaignId: '0mjv1x2k9a7f3e1c',
  name: 'Report every 20 s',
  intent: 'interval-on',
  danger: 'harmless',
  reason: null,
  devices: 400,
  pending: 3,
  outcomes: { confirmed: 96, skipped: 1 },
  createdBy: 'admin',
  createdAt: '2026-01-31T07:59:00.000Z',
}
const ofCampaign = {
  ...usual,
  of: 'installation',
  notifies: false,
  example: campaign,
} as const

/**
 * Every event that leaves the system. To add one: its data in event-data.ts, a row here, its schema in
 * api/events/schema.ts, and a line in the table of OPERATIONS.md.
 */
export const eventCatalogue: { readonly [Type in EventType]: EventRow<EventData[Type]> } = {
  'device.added': {
    ...usual,
    detailType: 'Device Added',
    summary: 'A device was registered',
    notifies: false,
    example: { registeredBy: 'api', name: 'Van 3', model: 'ST-906L' },
  },
  'device.removed': {
    ...usual,
    detailType: 'Device Removed',
    summary: 'A device was deleted, with all its history',
    of: 'installation',
    notifies: false,
    example: {},
  },
  'device.online': {
    ...usual,
    detailType: 'Device Online',
    summary: 'A session of the device began while it had none',
    example: presence,
  },
  'device.offline': {
    ...usual,
    detailType: 'Device Offline',
    summary: 'The newest session of the device ended',
    example: presence,
  },
  'device.silent': {
    ...usual,
    detailType: 'Device Silent',
    summary: 'The device has sent nothing for a long time; once per silence',
    example: { lastSeen: '2026-01-30T08:00:00.000Z', silentHours: 24 },
  },
  'device.moved': {
    ...usual,
    detailType: 'Device Moved',
    summary:
      'The last position of the device changed; at most once per device and batch window, while someone listens',
    kept: 'newest',
    notifies: false,
    example: {
      fixTime: '2026-01-31T08:00:00.000Z',
      receivedAt: '2026-01-31T08:00:01.250Z',
      latitude: 52.52,
      longitude: 13.405,
      speedKmh: 47.3,
      course: 133,
    },
  },
  'device.moved-parked': {
    ...usual,
    detailType: 'Device Moved While Parked',
    summary:
      'Two fixes in a row are more than 200 m from where the device is parked, with its ignition off; once until it is parked again',
    example: {
      since: '2026-01-30T20:00:00.000Z',
      parkedLatitude: 52.52,
      parkedLongitude: 13.405,
      meters: 412,
      fixTime: '2026-01-31T08:00:00.000Z',
      receivedAt: '2026-01-31T08:00:01.250Z',
      late: false,
      latitude: 52.5237,
      longitude: 13.405,
    },
  },
  'device.contested': {
    ...usual,
    detailType: 'Device Contested',
    summary: 'Two connections claim to be the device',
    example: {
      ownerAddress: '203.0.113.1',
      otherAddress: '203.0.113.2',
      until: '2026-01-31T08:30:00.000Z',
    },
  },
  'device.source-refused': {
    ...usual,
    detailType: 'Device Source Refused',
    summary: 'A connection used the id of the device from a network that its `sources` do not allow',
    example: { remoteAddress: '203.0.113.2' },
  },
  'device.daily-limit': {
    ...usual,
    detailType: 'Device Daily Limit',
    summary:
      'The device sent more than a tracker sends in a day; what it sends is not stored for the rest of it',
    example: {},
  },
  'alarm.raised': {
    ...usual,
    detailType: 'Device Alarm Raised',
    summary: 'An alarm began, or is known to have begun (`late`)',
    example: alarm,
  },
  'alarm.cleared': {
    ...usual,
    detailType: 'Device Alarm Cleared',
    summary: 'An alarm ended',
    example: alarm,
  },
  'place.entered': {
    ...usual,
    detailType: 'Device Entered Place',
    summary: 'The device entered a place, at the time of its fix',
    example: visit,
  },
  'place.left': {
    ...usual,
    detailType: 'Device Left Place',
    summary: 'The device left a place, at the time of its fix',
    example: visit,
  },
  'place.stayed': {
    ...usual,
    detailType: 'Device Stayed In Place',
    summary: 'The device has been in a place for its `stayMinutes`; once per visit',
    example: { ...visit, minutes: 30 },
  },
  'speed.exceeded': {
    ...usual,
    detailType: 'Device Speed Exceeded',
    summary: 'Two fixes in a row are over the speed limit of the device',
    example: speed,
  },
  'speed.ok-again': {
    ...usual,
    detailType: 'Device Speed OK Again',
    summary: 'Two fixes in a row are within the speed limit of the device again',
    example: { ...speed, speedKmh: 61 },
  },
  'command.concluded': {
    ...usual,
    detailType: 'Command Concluded',
    summary: 'A command has its verdict',
    example: ended,
  },
  'command.corrected': {
    ...usual,
    detailType: 'Command Concluded',
    summary: 'A late reply or effect replaced the verdict of a command',
    example: { ...ended, corrected: true },
  },
  'unknown-device.seen': {
    ...usual,
    detailType: 'Unknown Device Seen',
    summary:
      'An id connected that is not registered; the first time in a month, at most 60 an hour for each gateway task',
    notifies: false,
    example: { remoteAddress: '203.0.113.1', sampleType: 'V1' },
  },
  'notifications.held-back': {
    ...usual,
    detailType: 'Device Notifications Held Back',
    summary: 'Notifications to people about the device were held back by their limits; one summary follows',
    example: { scope: '9170000000' },
  },
  'setting.not-kept': {
    ...usual,
    detailType: 'Device Setting Not Kept',
    summary: 'A desired setting was sent three times, and the device does not keep it',
    example: { setting: 'intervalOnSeconds', desired: 20, reported: 30, tries: 3 },
  },
  'campaign.started': { ...ofCampaign, detailType: 'Campaign Started', summary: 'A campaign began' },
  'campaign.paused': { ...ofCampaign, detailType: 'Campaign Paused', summary: 'Someone paused a campaign' },
  'campaign.resumed': {
    ...ofCampaign,
    detailType: 'Campaign Resumed',
    summary: 'Someone resumed a paused campaign',
  },
  'campaign.stopped': {
    ...ofCampaign,
    detailType: 'Campaign Stopped',
    summary: 'A campaign stopped itself because of its conditions (`reason`)',
    notifies: true,
    example: { ...campaign, reason: { outcome: 'unanswered', count: 2, of: 20, limit: 0.1 } },
  },
  'campaign.cancelled': {
    ...ofCampaign,
    detailType: 'Campaign Cancelled',
    summary: 'Someone ended a campaign',
  },
  'campaign.finished': {
    ...ofCampaign,
    detailType: 'Campaign Finished',
    summary: 'All devices of a campaign are concluded',
  },
  'webhook.disabled': {
    ...usual,
    detailType: 'Webhook Disabled',
    summary: 'Deliveries to a webhook failed for so long that it is disabled until someone enables it',
    of: 'installation',
    example: {
      webhookId: 'wh_4f1d2c3b4a59',
      reason: 'HTTP 500',
      failingSince: '2026-01-30T08:00:00.000Z',
    },
  },
}

const rows: readonly EventRow<unknown>[] = Object.values(eventCatalogue)

/** Whether people are notified of events with this bus name; true for names that only a newer version knows. */
export const isForPeople = (detailType: string): boolean =>
  rows.every((row) => row.notifies || row.detailType !== detailType)

export const eventTypes = Object.keys(eventCatalogue) as EventType[]
/** The types that history keeps. */
export const keptEventTypes = eventTypes.filter((type) => eventCatalogue[type].kept === 'history')
