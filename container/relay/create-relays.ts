import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { createDeviceUsages } from '../sessions/device-usage.ts'
import { createFindAddress, type Resolve } from './find-address.ts'
import { Relays, type RelaysOptions } from './relays.ts'

/** The settings of the stack for relays. */
export type RelaySettings = {
  /** Whether a server may have a private address. Only safe if no one else can register devices. */
  readonly allowsPrivate: boolean
  readonly resolveName?: Resolve
  /** How much of one device's server is recorded in 24 hours. */
  readonly framesPerDeviceDay: number
  readonly bytesPerDeviceDay: number
}

export const defaultRelaySettings: RelaySettings = {
  allowsPrivate: false,
  // One ack per second is 86,400 a day.
  framesPerDeviceDay: 200_000,
  bytesPerDeviceDay: 10 * 1024 * 1024,
}

export const createRelays = (
  { allowsPrivate, resolveName, framesPerDeviceDay, bytesPerDeviceDay }: RelaySettings,
  host: Omit<RelaysOptions, 'findAddress' | 'usages'> & {
    readonly isOwn: Parameters<typeof createFindAddress>[0]['isOwn']
    readonly monotonic: () => number
    readonly log: Log
    readonly metrics: Metrics
  },
): Relays =>
  new Relays({
    ...host,
    findAddress: createFindAddress({ ...host, allowsPrivate, resolve: resolveName }),
    // A budget of its own: the other server must not use up the tracker's daily limit.
    usages: createDeviceUsages({
      maxFrames: framesPerDeviceDay,
      maxBytes: bytesPerDeviceDay,
      monotonic: host.monotonic,
      onExceeded: (deviceId) =>
        host.log.warn(
          'the server of a relayed device has sent its limit of 24 hours; the rest is not recorded',
          {
            deviceId,
          },
        ),
    }),
  })
