import { readCsv } from '../../../lambdas/api/devices/csv-rows.ts'
import { isDeviceId } from '../../../lambdas/shared/domain/device.ts'
import type { Server } from '#h02/catalogue/index.ts'
import { readServer } from './server.ts'
import type { Way } from './way.ts'

/** A line of the list of trackers that a person moves by SMS. */
type SmsRow = {
  readonly deviceId: string
  readonly phone: string | null
  readonly name: string | null
  readonly model: string | null
  readonly oldServer: Server | null
}

const columns = ['deviceId', 'phone', 'name', 'model', 'oldServer'] as const

/**
 * Reads a CSV with the header `deviceId,phone,name,model,oldServer`. Only the id is required. Throws a sentence if it
 * is not valid.
 */
export function readSmsRows(text: string): SmsRow[] {
  const [header, ...records] = readCsv(text)
  const names = header?.fields.map((name) => name.trim()) ?? []
  const unknown = names.filter((name) => !(columns as readonly string[]).includes(name))
  if (!names.includes('deviceId') || unknown.length > 0)
    throw new Error(`The first line must name columns out of ${columns.join(',')} (deviceId at least).`)
  return records.map(({ line, fields }) => {
    const cell = (name: (typeof columns)[number]): string | null => {
      const at = names.indexOf(name)
      return (at < 0 ? '' : (fields[at]?.trim() ?? '')) || null
    }
    const deviceId = cell('deviceId') ?? ''
    if (!isDeviceId(deviceId)) throw new Error(`Line ${line}: "${deviceId}" is not a device id.`)
    const old = cell('oldServer')
    const oldServer = old === null ? null : readServer(old)
    if (old !== null && oldServer === null) throw new Error(`Line ${line}: "${old}" is not host:port.`)
    return { deviceId, phone: cell('phone'), name: cell('name'), model: cell('model'), oldServer }
  })
}

/** Prints each SMS, which a person then sends. */
export function createWayBySms(rows: readonly SmsRow[], say: (text: string) => void): Way {
  const rowOf = (deviceId: string): SmsRow | undefined => rows.find((row) => row.deviceId === deviceId)
  return {
    look: async (deviceId) => {
      const row = rowOf(deviceId)
      if (row === undefined) return { isReachable: false, why: 'it is not in the list' }
      const { name, model, phone } = row
      return { isReachable: true, name, model, phone }
    },
    readServer: async (deviceId) => rowOf(deviceId)?.oldServer ?? null,
    send: async (deviceId, text) => {
      say(`send this SMS to ${rowOf(deviceId)?.phone ?? 'its SIM card'}:  ${text}`)
      return null
    },
  }
}
