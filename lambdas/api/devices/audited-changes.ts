import type { DeviceFields } from '../../shared/store/devices.ts'
import type { AuditRecord } from '../record-audit.ts'

/** For the audit: the names of the fields that a registration or a change sets, without values. */
export const changesOf = (
  deviceId: string,
  step: 'device-added' | 'device-changed',
  fields: DeviceFields,
): AuditRecord[] => {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return [
    { step, deviceId, details: { fields: given } },
    ...(given.includes('password') ? [{ step: 'password-changed' as const, deviceId }] : []),
  ]
}
