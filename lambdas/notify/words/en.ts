import { catalogue } from '#h02/catalogue/index.ts'
import { RAW_INTENT } from '#shared/domain/command.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import type { SettingName } from '#shared/domain/settings.ts'
import { reasonIn } from '#shared/texts/reason-text.ts'
import { englishReasons } from '#shared/texts/reasons-en.ts'
import type { FactName } from './fact-names.ts'

/** What happened, for events that are not alarms. */
type TypeWords = Readonly<Record<Exclude<EventType, 'alarm.raised' | 'alarm.cleared'>, string>>

export const en = {
  installation: 'The installation',
  unknown: 'unknown',
  yes: 'yes',
  no: 'no',
  /** By the name of the alarm. */
  alarms: {
    sos: 'SOS',
    moved: 'moved while parked',
    theft: 'theft or vibration',
    vibration: 'vibration',
    'power-cut': 'power cut',
    'power-off': 'main power off',
    'low-battery': 'low battery',
    'low-power': 'low power',
    overspeed: 'overspeed',
    'fence-in': 'entered the fence of the tracker',
    'fence-out': 'left the fence of the tracker',
    'illegal-start': 'engine started without permission',
    'antenna-open': 'GPS antenna not connected',
    'antenna-short': 'GPS antenna short-circuited',
    'door-open': 'door open',
    'ignition-on': 'ignition on',
    'ignition-off': 'ignition off',
    alarm: 'alarm',
  } as Readonly<Record<string, string>>,
  ended: (what: string) => `${what}, ended`,
  types: {
    'device.added': 'was registered',
    'device.removed': 'was deleted',
    'device.online': 'is online',
    'device.offline': 'is offline',
    'device.silent': 'is silent',
    'device.moved': 'moved',
    'device.moved-parked': 'moved while parked',
    'device.contested': 'two connections claim to be it',
    'device.source-refused': 'a connection from a foreign network was refused',
    'device.daily-limit': 'sent more than its daily limit',
    'unknown-device.seen': 'an unknown tracker connected',
    'place.entered': 'arrived at',
    'place.left': 'left',
    'place.stayed': 'stays at',
    'speed.exceeded': 'too fast',
    'speed.ok-again': 'no longer too fast',
    'setting.not-kept': 'does not keep a setting',
    'command.concluded': 'a command ended',
    'command.corrected': 'a command ended differently',
    'notifications.held-back': 'notices were held back',
    'campaign.started': 'a campaign began',
    'campaign.paused': 'a campaign was paused',
    'campaign.resumed': 'a campaign continues',
    'campaign.stopped': 'a campaign stopped itself',
    'campaign.cancelled': 'a campaign was cancelled',
    'campaign.finished': 'a campaign is finished',
    'webhook.disabled': 'a webhook was disabled',
  } as TypeWords,
  atPlace: (what: string, place: string) => `${what} ${place}`,
  verdicts: {
    undelivered: 'not written',
    rejected: 'rejected',
    contradicted: 'the opposite was seen',
    confirmed: 'confirmed',
    unconfirmed: 'answered, without an effect',
    answered: 'answered',
    unknown: 'unknown',
    unanswered: 'unanswered',
    skipped: 'skipped',
  } as Readonly<Record<string, string>>,
  facts: {
    fixTime: 'Position of',
    speedKmh: 'Speed',
    limitKmh: 'Limit',
    topSpeedKmh: 'Highest speed',
    since: 'Since',
    minutes: 'For',
    meters: 'Distance',
    lastSeen: 'Last report',
    silentHours: 'Silent for',
    remoteAddress: 'Address',
    name: 'Name',
    model: 'Model',
    intent: 'Command',
    reason: 'Reason',
    setting: 'Setting',
    desired: 'Desired',
    reported: 'The tracker reports',
    tries: 'Attempts',
    devices: 'Devices',
    pending: 'Without a result',
    outcomes: 'Results',
    webhookId: 'Webhook',
    failingSince: 'Failing since',
    metadata: 'Note',
  } as Readonly<Record<FactName, string>>,
  /** By intent, as the console names them. */
  commands: {
    ...Object.fromEntries(catalogue.map(({ intent, title }) => [intent, title])),
    [RAW_INTENT]: 'Bytes',
  } as Readonly<Record<string, string>>,
  settings: {
    intervalOnSeconds: 'report interval with the ignition on, in seconds',
    intervalOffSeconds: 'report interval with the ignition off, in seconds',
    overspeedKmh: 'speed alarm, in km/h',
    timeZone: 'time zone',
    powerAlarmOn: 'power alarm',
    sleepOn: 'sleep',
  } as Readonly<Record<SettingName, string>>,
  /** Of a campaign that stopped itself. */
  /** Of a command, or of a webhook that was disabled. */
  reason: (reason: string) => reasonIn({ words: englishReasons, translate: null }, reason),
  stopped: (result: string, count: string, of: string) => `${count} of ${of}: ${result}`,
  device: (deviceId: string, when: string) => `Device ${deviceId}, ${when}`,
  late: 'It happened earlier: the tracker had kept it.',
  contested: (owner: string, other: string, until: string) =>
    `Two connections claim to be this device: ${owner}, which receives its commands, and ${other}. ` +
    `One of them may be a copy or an attack. Until ${until} fuel cuts are refused and effects confirm nothing. ` +
    'Allow only the networks of the tracker with "sources" of the device.',
  dailyLimit:
    'This device has sent more than a tracker sends in a day. What it sends is neither stored nor acknowledged until 24 hours have passed since the ' +
    'first of these frames. Its id may be in use elsewhere, or its interval is too short.',
  movedParked: (distance: string, since: string) =>
    `It is ${distance} from where it was parked since ${since}, and its ignition is off: it may be towed or carried away.`,
  sourceRefused: (address: string) =>
    `A connection from ${address} used the id of this device and was refused: the address is in none of its "sources". ` +
    'If the tracker has a new network, add it there.',
  also: 'Also, since the last notice:',
  held: (name: string, count: string) => `${name}: ${count} held back`,
  /** What the limits count together. */
  others: 'others',
  once: (title: string, when: string) => `${title}, ${when}`,
  times: (title: string, count: string, when: string) => `${title}: ${count} times, the last ${when}`,
}

export type NoticeWords = typeof en
