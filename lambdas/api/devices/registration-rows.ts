import type { DeviceFields } from '../../shared/store/registered-device.ts'
import { Problem } from '../problem.ts'
import { toDetail, toFaults } from '../validation.ts'
import { readCsv } from './csv-rows.ts'
import { readLabelCell } from './label-input.ts'
import { newDeviceSchema } from './schema.ts'
import { toFields } from './to-fields.ts'

/** `line`: in the CSV (its header is line 1), or position in the JSON array (from 1). */
type Rejection = { readonly line: number; readonly deviceId: string | null; readonly reason: string }
type ValidRow = { readonly line: number; readonly deviceId: string; readonly device: DeviceFields }
export type RegistrationRows = {
  readonly valid: readonly ValidRow[]
  readonly rejected: readonly Rejection[]
}

const columns = ['deviceId', 'name', 'model', 'ackPolicy', 'password', 'sources', 'labels']
/** What one request can write within API Gateway's 30 seconds, with a margin. */
const MAX_ROWS = 5_000

type Row = { readonly line: number; readonly value: unknown }

const idOf = (value: unknown): string | null => {
  const id = (value as { deviceId?: unknown } | null)?.deviceId
  return typeof id === 'string' && id !== '' ? id : null
}

/** Each row is validated by itself: one bad line must not reject a whole fleet. */
function judge(rows: readonly Row[]): RegistrationRows {
  if (rows.length > MAX_ROWS) {
    throw new Problem('too-large', `expected at most ${MAX_ROWS} devices in one request, not ${rows.length}`)
  }
  const valid: ValidRow[] = []
  const rejected: Rejection[] = []
  const lineOfId = new Map<string, number>()
  for (const { line, value } of rows) {
    const parsed = newDeviceSchema.safeParse(value)
    const deviceId = idOf(value)
    const earlier = deviceId === null ? undefined : lineOfId.get(deviceId)
    if (!parsed.success) rejected.push({ line, deviceId, reason: toDetail(toFaults('body', parsed.error)) })
    else if (earlier !== undefined)
      rejected.push({ line, deviceId, reason: `the same id as in line ${earlier}` })
    else {
      const { deviceId, ...fields } = parsed.data
      valid.push({ line, deviceId, device: toFields(fields) })
      lineOfId.set(deviceId, line)
    }
  }
  return { valid, rejected }
}

/** Networks in a cell are separated by blanks, labels by `;`. */
const toValue = (name: string, cell: string): unknown =>
  name === 'sources' ? cell.split(/\s+/) : name === 'labels' ? readLabelCell(cell) : cell

export const readJsonRows = (values: readonly unknown[]): RegistrationRows =>
  judge(values.map((value, i) => ({ line: i + 1, value })))

export function readCsvRows(text: string): RegistrationRows {
  const [header, ...records] = readCsv(text)
  const names = header?.fields.map((name) => name.trim()) ?? []
  const unknown = names.filter((name) => !columns.includes(name))
  if (!names.includes('deviceId') || unknown.length > 0 || new Set(names).size < names.length) {
    throw new Problem(
      'invalid-request',
      `expected a first line that names columns out of ${columns.join(',')} (deviceId at least), not "${names.join(',').slice(0, 100)}"`,
    )
  }
  return judge(
    records.map(({ line, fields }) => {
      const cells = fields.map((field) => field.trim())
      // An empty cell counts as absent. Cells beyond the header are passed to the schema, which refuses them.
      const entries = cells
        .map((cell, i) => [names[i] ?? `column ${i + 1}`, cell])
        .filter(([, cell]) => cell !== '')
        .map(([name = '', cell = '']) => [name, toValue(name, cell)])
      return { line, value: Object.fromEntries(entries) as unknown }
    }),
  )
}
