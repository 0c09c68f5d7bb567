import { numberOf, textOf } from '../attributes.ts'
import type { Press } from '../domain/alarm-ledger.ts'
import type { ClockReading } from '../domain/clock-offset.ts'
import type { HistoryRow, LastPosition } from '../domain/device-state.ts'
import type { IgnitionWiring } from '../domain/ignition.ts'
import type { ParkedWatch } from '../domain/parked-watch.ts'
import type { Presence } from '../domain/places/presence.ts'
import type { SpeedWatch } from '../domain/speed-limit.ts'
import { attributeSize, itemSize, type Item, type ItemValue } from './item-size.ts'
import { decodeLogOffset, encodeLogOffset, type LogOffset } from './log-offset.ts'
import { decodePresence, encodePresence } from './presence-bytes.ts'
import { decodeRows, encodeRows } from './rows.ts'
import {
  decodeClock,
  decodeLedger,
  decodeParked,
  decodeSessions,
  decodeSpeed,
  encodeClock,
  encodeLedger,
  encodeParked,
  encodeSessions,
  encodeSpeed,
  type SessionProgress,
} from './state-bytes.ts'

/** The last values from current frames; each null until a frame contained it. Units as in `DeviceState`. */
export type Summary = {
  readonly lastSeen: number | null
  readonly lastType: string | null
  readonly lastPosition: LastPosition | null
  readonly batteryPercent: number | null
  readonly voltage: number | null
  readonly gsm: number | null
  readonly satellites: number | null
  readonly statusWord: string | null
  /** Recently reported alarms, oldest record first. */
  readonly ledger: readonly Press[]
  readonly iccid: string | null
  /** The registered model, as written to the log when the newest session began: it decides the meaning of alarm bits. */
  readonly model: string | null
  /** Whether its newest session is open, according to the log; null before the first one. */
  readonly online: boolean | null
  /** How far the device's clock seems to be off; null while it seems right. */
  readonly clock: ClockReading | null
}

/** The whole state item of a device, decoded. */
export type StoredState = {
  readonly deviceId: string
  /** Counts saves; each save requires the version that was read. 0: never saved. */
  readonly version: number
  /** The last event of the log that was applied. */
  readonly watermark: LogOffset | null
  readonly sessions: readonly SessionProgress[]
  readonly summary: Summary
  /** Newest rows, in order of arrival. `late` contains those that came long after their fix time. */
  readonly tail: readonly HistoryRow[]
  readonly late: readonly HistoryRow[]
  /** Ordinal of the next chunk; never reset. */
  readonly ordinal: number
  /** Events received before this are dropped: the device was deleted then. */
  readonly dropBefore: number | null
  /** Since when the fold is stopped for this device; its events wait beside the state. */
  readonly parkedAt: number | null
  /** Epoch seconds; null before the first save. */
  readonly ttl: number | null
  /** Set by people: minutes that the device's clock is ahead of UTC. Null: never set. */
  readonly utcOffsetMinutes: number | null
  /** Set by people: how its ignition wire is connected. */
  readonly ignitionWiring: IgnitionWiring
  /** The places that it is in; null if no place applies to it. */
  readonly presence: Presence | null
  /** Set by people: its speed limit. */
  readonly speedLimitKmh: number | null
  readonly speed: SpeedWatch | null
  /** Where it is parked; null if its ignition is not known to be wired. */
  readonly parked: ParkedWatch | null
  /** Time of the newest save; null in items of the previous version. */
  readonly retentionDays: number | null
}

export const STATE_FORMAT = 1
export const STATE_SORT_KEY = 'state'

/** The only table of attribute names. They are short, because the whole item must stay below 1,000 bytes. */
const stateAttributes = {
  f: 'format of this item',
  n: 'saves so far',
  p: 'offset in the log of the last event applied (28 bytes)',
  ss: 'before there were epochs, newest sessions: id (10 bytes) and last seq (varint) of each',
  se: 'newest sessions: id (10 bytes), epoch + 1 or 0 for none, last seq (varints) of each',
  o: 'ordinal of the next chunk',
  t: 'tail: newest rows (history rows)',
  l: 'late tail: newest rows that came long after their fix time',
  ls: 'last seen, ms',
  ty: 'type of the newest frame',
  la: 'latitude of the last position, degrees',
  lo: 'longitude',
  ft: 'fix time, s',
  fr: 'its receivedAt, ms',
  kn: 'speed, knots',
  co: 'course, degrees',
  ba: 'battery, percent',
  vo: 'supply, volts',
  gs: 'GSM signal as sent',
  sa: 'satellites',
  st: 'status word',
  lg: 'alarms reported lately: bit (and 128 if late), last fix time in s, duration in s (varints) of each',
  re: 'retention, days: readers leave out what is older',
  ic: 'ICCID',
  mo: 'model, as registered when the newest session began',
  on: '1: its newest session is open, 0: it has ended',
  ck: 'how far the clock is off: quarters behind (signed), frames, first and last second (varints)',
  uo: 'minutes that the clock is ahead of UTC, as set by people',
  ii: 'how the ignition is wired, as set by people: 1: the wrong way around, 2: not at all',
  pl: 'places that it is in, and stretches without a fix (presence-bytes.ts)',
  sl: 'speed limit, km/h, as set by people',
  sw: 'how it keeps to that: flags, newest fix, first fix over, highest speed',
  pw: 'where it is parked: flags, newest fix, since when, where',
  db: 'drop events received before, ms',
  x: 'parked since, ms',
  ttl: 'expiry, s',
} as const
type Name = keyof typeof stateAttributes

/** The values of `ii`; a state without it has the normal wiring. */
export const wiringCodes = { normal: null, inverted: 1, none: 2 } as const satisfies Record<
  IgnitionWiring,
  number | null
>
const readWiring = (code: unknown): IgnitionWiring =>
  code === wiringCodes.inverted ? 'inverted' : code === wiringCodes.none ? 'none' : 'normal'

/** The attributes that lists of the fleet read. */
export const summaryAttributes: readonly Name[] = [
  ...([
    'ls',
    'ty',
    'la',
    'lo',
    'ft',
    'fr',
    'kn',
    'co',
    'ba',
    'vo',
    'gs',
    'sa',
    'st',
    'ic',
    'mo',
    'on',
    'ck',
    'pl',
    're',
    'ttl',
  ] as const),
]

export const emptySummary: Summary = {
  lastSeen: null,
  lastType: null,
  lastPosition: null,
  batteryPercent: null,
  voltage: null,
  gsm: null,
  satellites: null,
  statusWord: null,
  ledger: [],
  iccid: null,
  model: null,
  online: null,
  clock: null,
}

export const emptyState = (deviceId: string): StoredState => ({
  deviceId,
  version: 0,
  watermark: null,
  sessions: [],
  summary: emptySummary,
  tail: [],
  late: [],
  ordinal: 1,
  dropBefore: null,
  parkedAt: null,
  ttl: null,
  retentionDays: null,
  utcOffsetMinutes: null,
  ignitionWiring: 'normal',
  presence: null,
  speedLimitKmh: null,
  speed: null,
  parked: null,
})

type Attributes = Partial<Record<Name, ItemValue | null>>

function present(attributes: Attributes): Item {
  const item: Record<string, ItemValue> = {}
  for (const [name, value] of Object.entries(attributes)) if (value !== null) item[name] = value
  return item
}

/** Everything except the tails, the version and the watermark. */
const slowAttributes = (state: StoredState): Attributes => {
  const { summary, sessions } = state
  const last = summary.lastPosition
  return {
    f: STATE_FORMAT,
    se: sessions.length > 0 ? encodeSessions(sessions) : null,
    o: state.ordinal,
    ls: summary.lastSeen,
    ty: summary.lastType,
    la: last?.latitude ?? null,
    lo: last?.longitude ?? null,
    ft: last ? last.fixTime / 1000 : null,
    fr: last?.receivedAt ?? null,
    kn: last?.speedKnots ?? null,
    co: last?.course ?? null,
    ba: summary.batteryPercent,
    vo: summary.voltage,
    gs: summary.gsm,
    sa: summary.satellites,
    st: summary.statusWord,
    lg: summary.ledger.length > 0 ? encodeLedger(summary.ledger) : null,
    re: state.retentionDays,
    ic: summary.iccid,
    mo: summary.model,
    on: summary.online === null ? null : Number(summary.online),
    ck: summary.clock && encodeClock(summary.clock),
    uo: state.utcOffsetMinutes,
    ii: wiringCodes[state.ignitionWiring],
    pl: state.presence && encodePresence(state.presence),
    sl: state.speedLimitKmh,
    sw: state.speed && encodeSpeed(state.speed),
    pw: state.parked && encodeParked(state.parked),
    db: state.dropBefore,
    x: state.parkedAt,
    ttl: state.ttl,
  }
}

const keyOf = (state: StoredState): Item => ({ pk: state.deviceId, sk: STATE_SORT_KEY })

export function toStateItem(state: StoredState, tail?: Uint8Array, late?: Uint8Array): Item {
  return {
    ...keyOf(state),
    ...present({
      ...slowAttributes(state),
      n: state.version,
      p: state.watermark && encodeLogOffset(state.watermark),
      t: state.tail.length > 0 ? (tail ?? encodeRows(state.tail)) : null,
      l: state.late.length > 0 ? (late ?? encodeRows(state.late)) : null,
    } satisfies Attributes),
  }
}

/**
 * Size of the item without its tails. Version and watermark count with their maximum length, because the cut of the
 * tail must depend on the events alone, and not on batch boundaries.
 */
export function sizeWithoutTails(state: StoredState): number {
  let size = itemSize(keyOf(state)) + sizeOfProgress
  for (const [name, value] of Object.entries(slowAttributes(state)))
    if (value !== null) size += attributeSize(name, value)
  return size
}
const sizeOfProgress = attributeSize('n', 999_999_999_999_999) + attributeSize('p', new Uint8Array(28))

export const tailSize = (name: 't' | 'l', encoded: Uint8Array | null): number =>
  encoded === null ? 0 : attributeSize(name, encoded)

const rowsOf = (value: unknown): HistoryRow[] => (value instanceof Uint8Array ? decodeRows(value) : [])

/** Throws on an item of another format or with damaged bytes: stored bytes are our own. */
export function fromStateItem(item: Readonly<Record<string, unknown>>): StoredState {
  const read: Partial<Record<Name | 'pk', unknown>> = item
  const deviceId = String(read.pk)
  // Parking and deletion mark devices that have no state yet.
  if (read.f === undefined && read.n === undefined) {
    return { ...emptyState(deviceId), parkedAt: numberOf(read.x), dropBefore: numberOf(read.db) }
  }
  if (read.f !== STATE_FORMAT) {
    throw new Error(`state of ${deviceId} has format ${String(read.f)}; this reader knows ${STATE_FORMAT}`)
  }
  return {
    deviceId,
    version: numberOf(read.n) ?? 0,
    watermark: read.p instanceof Uint8Array ? decodeLogOffset(read.p) : null,
    sessions: readSessions(read.se, read.ss),
    summary: readSummary(item),
    tail: rowsOf(read.t),
    late: rowsOf(read.l),
    ordinal: numberOf(read.o) ?? 1,
    dropBefore: numberOf(read.db),
    parkedAt: numberOf(read.x),
    ttl: numberOf(read.ttl),
    retentionDays: numberOf(read.re),
    utcOffsetMinutes: numberOf(read.uo),
    ignitionWiring: readWiring(read.ii),
    presence: readPresence(item),
    speedLimitKmh: numberOf(read.sl),
    speed: read.sw instanceof Uint8Array ? decodeSpeed(read.sw) : null,
    parked: read.pw instanceof Uint8Array ? decodeParked(read.pw) : null,
  }
}

const readSessions = (current: unknown, former: unknown): SessionProgress[] => {
  if (current instanceof Uint8Array) return decodeSessions(current, true)
  return former instanceof Uint8Array ? decodeSessions(former, false) : []
}

/** Null if no place applies to the device. */
export function readPresence(item: Readonly<Record<string, unknown>>): Presence | null {
  const { pl }: Partial<Record<Name, unknown>> = item
  return pl instanceof Uint8Array ? decodePresence(pl) : null
}

/** Only the readable part: lists of the fleet need no tails. */
export function readSummary(item: Readonly<Record<string, unknown>>): Summary {
  const read: Partial<Record<Name, unknown>> = item
  const [latitude, longitude, fixTime] = [numberOf(read.la), numberOf(read.lo), numberOf(read.ft)]
  return {
    lastSeen: numberOf(read.ls),
    lastType: textOf(read.ty),
    lastPosition:
      latitude === null || longitude === null || fixTime === null
        ? null
        : {
            latitude,
            longitude,
            fixTime: fixTime * 1000,
            receivedAt: numberOf(read.fr) ?? 0,
            speedKnots: numberOf(read.kn),
            course: numberOf(read.co),
          },
    batteryPercent: numberOf(read.ba),
    voltage: numberOf(read.vo),
    gsm: numberOf(read.gs),
    satellites: numberOf(read.sa),
    statusWord: textOf(read.st),
    ledger: read.lg instanceof Uint8Array ? decodeLedger(read.lg) : [],
    iccid: textOf(read.ic),
    model: textOf(read.mo),
    // Items of the previous version do not have it, so it is unknown.
    online: typeof read.on === 'number' ? read.on === 1 : null,
    clock: read.ck instanceof Uint8Array ? decodeClock(read.ck) : null,
  }
}
