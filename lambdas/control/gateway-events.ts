import type {
  DailyLimit,
  SelfRegistration,
  SourceRefusal,
  UnknownSeen,
} from '#shared/domain/command-messages.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'

const HOUR_MS = 3_600_000

/** An event from a gateway's report of something that only the gateway knows. */
export function toEvent(report: SourceRefusal | DailyLimit | UnknownSeen | SelfRegistration): BusEvent {
  const { deviceId, gatewayId, at } = report
  const about = { at, deviceId }
  switch (report.kind) {
    case 'source-refused': {
      // Gateways report a refused source at most once per hour and device; all reports of one hour have the same id.
      const id = `${deviceId}:source-refused:${Math.floor(at / HOUR_MS)}`
      const { remoteAddress } = report
      return { ...about, id, type: 'device.source-refused', data: { remoteAddress } }
    }
    case 'daily-limit':
      // Each gateway counts the daily limit by itself and reports it once in 24 hours.
      return {
        ...about,
        id: `${deviceId}:daily-limit:${gatewayId}:${at}`,
        type: 'device.daily-limit',
        data: {},
      }
    case 'unknown-seen': {
      const { remoteAddress, sampleType } = report
      return {
        ...about,
        id: `${deviceId}:unknown-seen:${at}`,
        type: 'unknown-device.seen',
        data: { remoteAddress, sampleType },
      }
    }
    case 'registered':
      return {
        ...about,
        id: `${deviceId}:added:${at}`,
        type: 'device.added',
        data: { registeredBy: 'open', name: null, model: null },
      }
  }
}
