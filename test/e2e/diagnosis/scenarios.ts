import { dateOf, timeOf } from '../../simulator/encode.ts'

/** Frames that a tracker sends together, at a time. The last one is acknowledged. */
export type Step = {
  readonly at: number
  readonly deviceId: string
  readonly from: string
  readonly frames: readonly string[]
}

const MINUTE_MS = 60_000
const OFF = 'FFFFFBFF'
const ON = 'FFFFFFFF'
/** Bit 19 is clear: the supply is cut. */
const CUT = 'FFF7FBFF'

export const v1 = (deviceId: string, clock: number, status = OFF): string =>
  `*HQ,${deviceId},V1,${timeOf(clock)},A,5231.2000,N,01324.3000,E,000.00,000,${dateOf(clock)},${status}#`

const link = (
  deviceId: string,
  clock: number,
  { signal, battery = 90 }: { signal: number; battery?: number },
): string => `*HQ,${deviceId},LINK,${timeOf(clock)},${signal},9,${battery},0,0,${dateOf(clock)},${OFF}#`

/** A step at an interval in minutes, between two times before now. */
const every = (
  minutes: number,
  [first, last]: readonly [number, number],
  make: (minutesAgo: number) => Omit<Step, 'at'> & { readonly at?: number },
  now: number,
): Step[] => {
  const steps: Step[] = []
  for (let ago = first; ago >= last; ago -= minutes) steps.push({ at: now - ago * MINUTE_MS, ...make(ago) })
  return steps
}

/** Ids of the scenarios that need hours. */
export const past = {
  asleep: '9171000001',
  supplyCut: '9171000002',
  signalFell: '9171000003',
  network: ['9171000011', '9171000012', '9171000013', '9171000014'],
  notKnown: '9171000005',
  localTime: '9171000006',
} as const

/** What those trackers sent in the last hours. */
export function pastSteps(now: number): Step[] {
  const steady = (deviceId: string, from: string, range: readonly [number, number], status = ON) =>
    every(2, range, (ago) => ({ deviceId, from, frames: [v1(deviceId, now - ago * MINUTE_MS, status)] }), now)
  const asleep = every(
    40,
    [170, 50],
    (ago) => ({
      deviceId: past.asleep,
      from: '127.11.0.1',
      frames: [v1(past.asleep, now - ago * MINUTE_MS)],
    }),
    now,
  )
  const supplyCut = every(
    2,
    [100, 60],
    (ago) => {
      const at = now - ago * MINUTE_MS
      const isCut = ago <= 90
      const battery = link(past.supplyCut, at, { signal: 70, battery: isCut ? ago - 55 : 95 })
      return {
        deviceId: past.supplyCut,
        from: '127.12.0.1',
        frames: [battery, v1(past.supplyCut, at, isCut ? CUT : OFF)],
      }
    },
    now,
  )
  const signalFell = every(
    2,
    [70, 44],
    (ago) => {
      const at = now - ago * MINUTE_MS
      const signal = ago > 50 ? 70 : 8
      return {
        deviceId: past.signalFell,
        from: '127.13.0.1',
        frames: [link(past.signalFell, at, { signal }), v1(past.signalFell, at, ON)],
      }
    },
    now,
  )
  const localTime = every(
    2,
    [60, 30],
    (ago) => {
      // It shows the time of a zone two hours behind UTC.
      const clock = now - (ago + 120) * MINUTE_MS
      return { deviceId: past.localTime, from: '127.16.0.1', frames: [v1(past.localTime, clock, ON)] }
    },
    now,
  )
  return [
    ...asleep,
    ...supplyCut,
    ...signalFell,
    ...past.network.flatMap((deviceId) => steady(deviceId, `127.14.0.${deviceId.slice(-1)}`, [80, 44])),
    ...steady(past.notKnown, '127.15.0.1', [80, 44]),
    ...localTime,
  ].toSorted((a, b) => a.at - b.at)
}
