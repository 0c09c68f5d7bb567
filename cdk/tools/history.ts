import { once } from 'node:events'
import { decode, frameOf } from '#h02'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { requireNumber } from '#shared/env.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { apiOptions, openApi } from './api-client.ts'
import { explain, openTarget, TARGET_HELP, targetOptions } from './target.ts'

const HELP = `npm run history -- <device id> [options]     a device's history, straight from the tables, oldest first

  --from, --to          index times, e.g. 2026-11-23T18:00Z (default: the last 24 hours)
  --limit 200           maximum number of rows
  --newest              newest first
  --format csv          instead: the positions as one file (csv, gpx, geojson or ndjson) to standard output, from the
                        API of the embedded mode in --data, or of --url with --key; at most 32 days
${TARGET_HELP}`

const { values, positionals } = readArgs(HELP, {
  allowPositionals: true,
  options: {
    ...targetOptions,
    ...apiOptions,
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string', default: '200' },
    newest: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})
const [deviceId] = positionals
if (values.help || deviceId === undefined) {
  print(HELP)
  process.exit(values.help ? 0 : 2)
}
try {
  const from = values.from ? requireTime('--from', values.from) : Date.now() - 86_400_000
  const to = values.to ? requireTime('--to', values.to) : Number.MAX_SAFE_INTEGER
  if (values.format !== undefined) {
    await writePositions(values.format, from, Math.min(to, Date.now() + 86_400_000))
    process.exit(0)
  }
  let left = requireNumber('--limit', values.limit, 1, Number.MAX_SAFE_INTEGER)
  let shown = 0
  const reader = createHistoryReader(openTarget(values))
  const clockOffsetMinutes = (await reader.readState(deviceId))?.clockOffsetMinutes ?? null
  if (clockOffsetMinutes !== null) {
    printError(
      `The clock of ${deviceId} is ${clockOffsetMinutes} minutes ahead of what it should show: probably local time. Its times below are as it sent them. PATCH /v1/devices/${deviceId} with {"overrides":{"utcOffsetMinutes":…}} corrects them; GET shows the value as suggestedUtcOffsetMinutes.`,
    )
  }
  const rows = reader.readRows(deviceId, {
    from,
    to,
    order: values.newest ? 'desc' : 'asc',
  })
  for await (const row of rows) {
    if (left-- <= 0) {
      printError('… and more: raise --limit or narrow --from and --to')
      break
    }
    shown++
    print(lineOf(row))
  }
  if (shown === 0) printError(`${deviceId} has no history in that time`)
} catch (error) {
  printError(explain(error))
  process.exit(1)
}

async function writePositions(format: string, from: number, to: number): Promise<void> {
  const query = new URLSearchParams({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    format,
  })
  const path = `/v1/devices/${deviceId}/positions/export?${query.toString()}`
  for await (const bytes of openApi(values).download(path))
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
}

function requireTime(name: string, text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new Error(`${name} must be a time like 2026-11-23T18:00Z, not "${text}"`)
  return time
}

/** One line of the output: time of reception, direction, bytes and their meaning. */
function lineOf(row: HistoryRow): string {
  const at = new Date(row.receivedAt).toISOString()
  if (row.kind === 'opened') return `${at} ┌ session ${row.sessionId} from ${textOf(row.raw)}`
  if (row.kind === 'closed') return `${at} └ session ${row.sessionId}: ${textOf(row.raw)}`
  if (row.kind === 'written') return `${at} → ${textOf(row.raw)}`
  if (row.kind === 'upstream') return `${at} ⇠ ${textOf(row.raw)}   from the other server`
  if (row.kind === 'relayed') return `${at} → ${textOf(row.raw)}   of the other server`
  if (row.kind === 'rest')
    return `${at} ← ${textOf(row.raw)}\n${' '.repeat(25)}  ${row.length} bytes that are no frame`
  return `${at} ← ${textOf(row.raw)}\n${' '.repeat(25)}  ${meaningOf(row)}`
}

function textOf(raw: Uint8Array): string {
  if (raw[0] === 0x24 || raw[0] === 0x58) return Buffer.from(raw).toString('hex')
  return Buffer.from(raw)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (c) =>
      c === '\n' ? '\\n' : c === '\r' ? '\\r' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
}

function meaningOf(row: HistoryRow): string {
  const decoded = decode(frameOf(row.raw))
  if (!decoded.ok) return `${decoded.reason}: ${decoded.detail}`
  const { type, position, batteryPercent, voltage, status } = decoded.message
  const fix = position?.fixTime == null ? null : new Date(position.fixTime).toISOString().slice(0, 19) + 'Z'
  const parts = [
    type ?? 'presence',
    fix && `fix ${fix}${row.receivedAt - row.indexTime > 900_000 ? ' (late)' : ''}`,
    position && (position.valid ? `${position.latitude}, ${position.longitude}` : 'no satellites'),
    position?.valid && position.speedKmh !== null && `${position.speedKmh} km/h`,
    voltage !== null && `${voltage} V`,
    batteryPercent !== null && `battery ${batteryPercent} %`,
    status && `status ${status.word}`,
  ]
  return parts.filter(Boolean).join(' · ')
}
