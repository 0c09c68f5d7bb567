import { parseArgs } from 'node:util'
import { isDeviceId } from '#shared/domain/device.ts'
import { API_HELP, apiOptions } from '../api-client.ts'
import { targetOptions } from '../target.ts'
import { csvColumns, speedUnits, type CsvOptions, type SpeedUnit } from './from-csv.ts'

export const HELP = `npm run -s import -- <source> [options]     imports history of registered devices; a repeated import changes nothing

  npm run -s import -- --traccar http://127.0.0.1:8082 --ids 9170000000 --from 2026-01-01
  npm run -s import -- --traccar-log tracker-server.log
  npm run -s import -- --gpx track.gpx --device 9170000000
  npm run -s import -- --csv track.csv --device 9170000000 --utc-offset +08:00

Frames that Traccar logged are stored as they are. Positions of other sources are written as V1 frames with the maker code IM.
Alarms and notifications stay as they are, and the last position too, if there is one.

  --traccar URL         positions of a Traccar, e.g. http://127.0.0.1:8082
  --token TOKEN         of a user of Traccar, or user:password; also in TRACCAR_TOKEN
  --ids 1,2             with --traccar: these devices; by default all that are registered here
  --from 2026-01-01     with --traccar: from this day on; by default as far back as history is kept
  --to 2026-11-29       with --traccar: until this day; by default until now
  --traccar-log FILE    tracker-server.log of Traccar; repeat it for more files
  --port 5013           the port of H02 in Traccar, for logs of versions that write ports
  --gpx FILE            points of a GPX file that have a time
  --csv FILE            positions with a header line, such as an export of the vendor's platform
  --device 9170000000   the device of the GPX or CSV file
  --columns time=Zeit   with --csv: names of columns, if they are not the usual ones: time, lat, lon, speed, course,
                        device, valid; separate them by commas
  --speed-unit kmh      with --csv: kmh, knots, mph or ms
  --utc-offset +08:00   the time zone of times without a zone; for a log by default derived from its trackers
  --retention 365       days that history is kept (retentionDays of the stack); older data is refused
  --dry-run             prints what would be imported
${API_HELP}
  --table NAME          on AWS, with --url and --key: the telemetry table, by the credentials of your shell

Exit code
  0   imported, or imported before
  1   nothing could be imported
  2   invalid options, or a server or file cannot be read`

type Source =
  | {
      readonly kind: 'traccar'
      readonly url: string
      readonly token: string
      readonly ids: readonly string[] | null
    }
  | { readonly kind: 'traccar-log'; readonly files: readonly string[]; readonly port: string }
  | { readonly kind: 'gpx'; readonly file: string; readonly deviceId: string }
  | { readonly kind: 'csv'; readonly file: string; readonly csv: CsvOptions }

export type ImportAction =
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string }
  | {
      readonly kind: 'import'
      readonly source: Source
      /** ms since 1970; null if not given. */
      readonly from: number | null
      readonly to: number | null
      readonly utcOffsetMinutes: number | null
      readonly retentionDays: number
      readonly dryRun: boolean
      readonly data: string
      readonly table: string | undefined
      readonly url: string | undefined
      readonly key: string | undefined
    }

const options = {
  ...apiOptions,
  ...targetOptions,
  traccar: { type: 'string' },
  token: { type: 'string' },
  ids: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  'traccar-log': { type: 'string', multiple: true },
  port: { type: 'string', default: '5013' },
  gpx: { type: 'string' },
  csv: { type: 'string' },
  device: { type: 'string' },
  columns: { type: 'string', multiple: true },
  'speed-unit': { type: 'string', default: 'kmh' },
  'utc-offset': { type: 'string' },
  retention: { type: 'string', default: '365' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** The options cannot be used; the sentence says why. */
class Refusal extends Error {}
const refuse = (text: string): never => {
  throw new Refusal(text)
}

/** Parses the arguments. Never throws. */
export function readImport(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): ImportAction {
  try {
    const { values } = parseArgs({ args: [...args], options })
    if (values.help) return { kind: 'help' }
    const retentionDays = Number(values.retention)
    if (!(retentionDays >= 8 && retentionDays <= 3_650)) refuse('--retention must be 8 to 3650 days.')
    return {
      kind: 'import',
      source: sourceOf(values, env),
      from: timeOption('--from', values.from),
      to: timeOption('--to', values.to),
      utcOffsetMinutes: offsetOption(values['utc-offset']),
      retentionDays,
      dryRun: values['dry-run'],
      data: values.data,
      table: values.table,
      url: values.url,
      key: values.key,
    }
  } catch (error) {
    return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) }
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

function sourceOf(values: Values, env: Readonly<Record<string, string | undefined>>): Source {
  const given = (['traccar', 'traccar-log', 'gpx', 'csv'] as const).filter(
    (name) => values[name] !== undefined,
  )
  if (given.length !== 1) refuse('Use exactly one of --traccar, --traccar-log, --gpx and --csv.')
  const ids = values.ids?.flatMap((list) => list.split(/[\s,]+/).filter((id) => id !== '')) ?? null
  const wrong = [...(ids ?? []), ...(values.device === undefined ? [] : [values.device])].find(
    (id) => !isDeviceId(id),
  )
  if (wrong !== undefined) refuse(`"${wrong}" is not a device id.`)
  switch (given[0]) {
    case 'traccar': {
      const token = values.token ?? env['TRACCAR_TOKEN'] ?? ''
      if (token === '')
        refuse('--token is missing: of a user of Traccar, or TRACCAR_TOKEN in the environment.')
      return { kind: 'traccar', url: values.traccar!, token, ids }
    }
    case 'traccar-log':
      return { kind: 'traccar-log', files: values['traccar-log']!, port: values.port }
    case 'gpx':
      if (values.device === undefined)
        refuse('--device is required with --gpx: the device that the track belongs to.')
      return { kind: 'gpx', file: values.gpx!, deviceId: values.device! }
    default:
      return {
        kind: 'csv',
        file: values.csv!,
        csv: {
          deviceId: values.device ?? null,
          columns: columnsOption(values.columns ?? []),
          speedUnit: unitOption(values['speed-unit']),
          utcOffsetMinutes: offsetOption(values['utc-offset']),
        },
      }
  }
}

const unitOption = (text: string): SpeedUnit =>
  speedUnits.find((unit) => unit === text) ??
  refuse(`--speed-unit must be one of ${speedUnits.join(', ')}, not "${text}".`)

function columnsOption(lists: readonly string[]): CsvOptions['columns'] {
  const pairs = lists.flatMap((list) => list.split(',')).map((pair) => [pair, pair.indexOf('=')] as const)
  return Object.fromEntries(
    pairs.map(([pair, at]) => {
      const column = csvColumns.find((name) => name === pair.slice(0, at).trim())
      if (column === undefined || at < 1)
        refuse(`--columns must be ${csvColumns.join('=…, ')}=…, not "${pair}".`)
      return [column!, pair.slice(at + 1).trim()]
    }),
  )
}

function timeOption(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = Date.parse(text)
  return Number.isNaN(time)
    ? refuse(`${name} must be a time like 2026-11-23 or 2026-11-23T18:00Z, not "${text}".`)
    : time
}

function offsetOption(text: string | undefined): number | null {
  if (text === undefined) return null
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(text) ?? []
  if (sign === undefined) return refuse(`--utc-offset must be like +08:00 or -05:30, not "${text}".`)
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
