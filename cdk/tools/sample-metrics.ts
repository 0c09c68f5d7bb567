/** Sample measurements of a fleet of 8,000 trackers over three hours, one per minute: plausible, and the same each time. */
export const POINTS = 180

/** The mean per minute, and by which fraction of it the values vary. */
type Sample = { readonly level: number; readonly noise: number; readonly peaks?: number }

const samples: Readonly<Record<string, Sample>> = {
  'OpenSockets Average': { level: 4_020, noise: 0.01 },
  'OpenSockets Maximum': { level: 4_190, noise: 0.01 },
  'OpenSockets Sum': { level: 8_040, noise: 0.01 },
  'OpenSockets SampleCount': { level: 10, noise: 0 },
  SessionsOpened: { level: 62, noise: 0.3 },
  SessionsClosed: { level: 60, noise: 0.3 },
  SessionsTakenOver: { level: 9, noise: 0.5 },
  ConnectionsRefused: { level: 0.2, noise: 1 },
  Foreign: { level: 3, noise: 0.8 },
  NotForwarded: { level: 1.5, noise: 0.8 },
  UnknownDevices: { level: 14, noise: 0.02 },
  SilentDevices: { level: 96, noise: 0.04 },
  HealthyHostCount: { level: 2, noise: 0 },
  UnHealthyHostCount: { level: 0, noise: 0 },
  TCP_Target_Reset_Count: { level: 2, noise: 0.7 },
  TCP_Client_Reset_Count: { level: 21, noise: 0.4 },
  CPUUtilization: { level: 11, noise: 0.15 },
  MemoryUtilization: { level: 34, noise: 0.02 },
  'Frames type=V1': { level: 21_000, noise: 0.04 },
  'Frames type=$': { level: 3_900, noise: 0.06 },
  'Frames type=HTBT': { level: 900, noise: 0.1 },
  'Frames type=V4': { level: 60, noise: 0.5 },
  'Frames type=SMS': { level: 30, noise: 0.6 },
  'Frames type=other': { level: 25, noise: 0.6 },
  'StoredAge p50': { level: 2_900, noise: 0.08 },
  'StoredAge p99': { level: 6_100, noise: 0.12, peaks: 2 },
  'Undecodable reason=unknown-type': { level: 21, noise: 0.4 },
  'Undecodable reason=malformed': { level: 9, noise: 0.7 },
  'Undecodable reason=implausible': { level: 2, noise: 1 },
  'Undecodable reason=too-long': { level: 0.3, noise: 1 },
  Acked: { level: 24_800, noise: 0.04 },
  RowsStored: { level: 26_000, noise: 0.04 },
  ChunksWritten: { level: 410, noise: 0.1 },
  'CommandsConcluded verdict=confirmed': { level: 4, noise: 0.8 },
  'CommandsConcluded verdict=answered': { level: 11, noise: 0.5 },
  'CommandsConcluded verdict=unconfirmed': { level: 1, noise: 1 },
  'CommandsConcluded verdict=unanswered': { level: 2, noise: 1 },
  'CommandsConcluded verdict=undelivered': { level: 1, noise: 1 },
  'TimeToReply p50': { level: 1_700, noise: 0.2 },
  'TimeToReply p99': { level: 11_500, noise: 0.3, peaks: 2 },
  CommandsRefused: { level: 1, noise: 1 },
  MqttConnected: { level: 1, noise: 0 },
  IteratorAge: { level: 900, noise: 0.5, peaks: 6 },
  BufferedBytes: { level: 160_000, noise: 0.3, peaks: 3 },
  Invocations: { level: 2_100, noise: 0.05 },
  'Duration Sum': { level: 160_000, noise: 0.05 },
  'Duration p99': { level: 420, noise: 0.3, peaks: 3 },
  ConsumedWriteCapacityUnits: { level: 27_200, noise: 0.04 },
  'ConsumedWriteCapacityUnits fleet': { level: 140, noise: 0.2 },
  'ConsumedReadCapacityUnits fleet': { level: 190, noise: 0.2 },
  ConsumedReadCapacityUnits: { level: 13_000, noise: 0.05 },
  Count: { level: 240, noise: 0.3 },
  '4xx': { level: 6, noise: 0.8 },
  'Latency p99': { level: 310, noise: 0.4 },
}
/** For metrics that are near zero in normal operation. */
const quiet: Sample = { level: 0, noise: 0 }

/** One value per minute of a metric, summed over `period` seconds if the statistic is a sum. */
export function sampleOf(
  name: string,
  stat: string,
  period: number,
  dimensions: readonly string[],
): number[] {
  const pair = `${dimensions.at(-2)}=${dimensions.at(-1)}`
  const table = dimensions.some((one) => one.startsWith('<DataFleet')) ? 'fleet' : ''
  const found = [`${name} ${pair}`, `${name} ${table}`, `${name} ${stat}`, name].find((key) => samples[key])
  const { level, noise, peaks = 1 } = (found && samples[found]) || quiet
  const random = randomOf(name + stat + dimensions.join())
  const scale = stat === 'Sum' ? period / 60 : 1
  let drift = 0
  return Array.from({ length: POINTS }, (_, i) => {
    drift = drift * 0.8 + (random() - 0.5) * noise
    const peak = random() < 0.006 ? peaks : 1
    const day = noise === 0 ? 1 : 1 + 0.05 * Math.sin(i / 40)
    const value = Math.max(0, level * day * (1 + drift) * peak * scale)
    return level < 30 && noise > 0 ? Math.round(value) : value
  })
}

const values: Readonly<Record<string, readonly string[]>> = {
  Frames: ['V1', '$', 'HTBT', 'V4', 'SMS', 'other'],
  Undecodable: ['unknown-type', 'malformed', 'implausible', 'too-long'],
  NotForwarded: ['not registered', 'no id'],
  CommandsRefused: ['no session', 'moving too fast', 'too late'],
  CommandsConcluded: ['confirmed', 'answered', 'unconfirmed', 'unanswered', 'undelivered'],
}
/** What a search for all values of a dimension of this metric would find. */
export const valuesOf = (name: string): readonly string[] => values[name] ?? []

/** Numbers from 0 to 1 that depend only on the text (mulberry32 over FNV-1a). */
function randomOf(text: string): () => number {
  let state = 2_166_136_261
  for (const char of text) state = Math.imul(state ^ char.charCodeAt(0), 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
