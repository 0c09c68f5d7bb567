import type { DeviceFields } from '../../shared/store/registered-device.ts'
import type { AuditRecord } from '../record-audit.ts'

const relayOf = ({ relay }: DeviceFields) =>
  relay == null ? {} : { relay: `${relay.host}:${relay.port}`, replies: relay.replies }

/**
 * For the audit: the names of the fields that a registration or a change sets. Only the relay server, which gets a copy of
 * everything, is recorded with its value.
 */
export const changesOf = (
  deviceId: string,
  step: 'device-added' | 'device-changed',
  fields: DeviceFields,
): AuditRecord[] => {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return [
    { step, deviceId, details: { fields: given, ...relayOf(fields) } },
    ...(given.includes('password') ? [{ step: 'password-changed' as const, deviceId }] : []),
  ]
}
