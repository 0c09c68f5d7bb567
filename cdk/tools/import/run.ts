import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { accepted, type ApiClient } from '../api-client.ts'
import type { Target } from '../target.ts'
import { createTraccarApi } from '../traccar/api.ts'
import { refuse, type Entry, type Refused } from './entry.ts'
import { readPositionsCsv } from './from-csv.ts'
import { readGpx } from './from-gpx.ts'
import { findUtcOffset, readTraccarLog } from './from-traccar-log.ts'
import { readTraccar } from './from-traccar.ts'
import type { ImportAction } from './options.ts'
import { createImportWriter, type Imported } from './write.ts'

type Import = Extract<ImportAction, { readonly kind: 'import' }>
type Say = (text: string) => void

const DAY_MS = 86_400_000

/** Imports the data of devices that are registered here. Returns the exit code. */
export async function runImport(
  action: Import,
  { api, target, say }: { readonly api: ApiClient; readonly target: Target; readonly say: Say },
): Promise<number> {
  const refused: Refused = new Map()
  const isRegistered = createRegisteredCheck(api)
  const writer = createImportWriter(target, action)
  const unregistered = new Map<string, number>()
  for await (const entry of entriesOf(action, { isRegistered, refused, say })) {
    if (await isRegistered(entry.deviceId)) await writer.add(entry)
    else unregistered.set(entry.deviceId, (unregistered.get(entry.deviceId) ?? 0) + 1)
  }
  const results = await writer.end()
  for (const [deviceId, result] of results) say(`${deviceId}: ${textOf(result, action.dryRun)}`)
  for (const [reason, count] of refused) say(`${count} left out: ${reason}`)
  if (unregistered.size > 0)
    say(
      `not registered here, so left out: ${[...unregistered].map(([id, count]) => `${id} (${count})`).join(', ')}`,
    )
  const fitting = [...results.values()].reduce((sum, { added, known }) => sum + added + known, 0)
  if (fitting === 0) say('Nothing was imported.')
  return fitting > 0 ? 0 : 1
}

function textOf({ added, known, refused }: Imported, dryRun: boolean): string {
  return [
    `${added} ${dryRun ? 'would be imported' : 'imported'}`,
    ...(known > 0 ? [`${known} were there already`] : []),
    ...[...refused].map(([reason, count]) => `${count} refused: ${reason}`),
  ].join(', ')
}

type Parts = {
  readonly isRegistered: (deviceId: string) => Promise<boolean>
  readonly refused: Refused
  readonly say: Say
}

async function* entriesOf(action: Import, parts: Parts): AsyncGenerator<Entry> {
  const { source } = action
  const { refused } = parts
  switch (source.kind) {
    case 'gpx':
      yield* readGpx(source.deviceId, readFileSync(source.file, 'utf8'), refused)
      return
    case 'csv':
      yield* readPositionsCsv(readFileSync(source.file, 'utf8'), source.csv, refused)
      return
    case 'traccar':
      yield* fromTraccar(action, source, parts)
      return
    case 'traccar-log':
      for (const file of source.files) yield* fromLog(action, source.port, file, parts)
  }
}

async function* fromTraccar(
  { from, to, retentionDays }: Import,
  { url, token, ids }: Extract<Import['source'], { readonly kind: 'traccar' }>,
  { isRegistered, refused, say }: Parts,
): AsyncGenerator<Entry> {
  const traccar = createTraccarApi(url, token)
  const range = { from: from ?? Date.now() - retentionDays * DAY_MS, to: to ?? Date.now(), refused }
  const all = await traccar.list()
  for (const id of ids ?? []) {
    if (!all.some(({ uniqueId }) => uniqueId === id)) refuse(refused, `${id}: Traccar does not know it`)
  }
  for (const device of all) {
    const { uniqueId } = device
    if (ids !== null && !ids.includes(uniqueId)) continue
    if (await isRegistered(uniqueId)) yield* readTraccar(traccar, device, range)
    else if (ids !== null) refuse(refused, `${uniqueId}: it is not registered here`)
    else say(`${uniqueId}: not registered here, left out`)
  }
}

async function* fromLog(
  action: Import,
  port: string,
  file: string,
  { refused, say }: Parts,
): AsyncGenerator<Entry> {
  const lines = (): AsyncIterable<string> =>
    createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  const found = action.utcOffsetMinutes ?? (await findUtcOffset(lines(), port))
  if (found === null) say(`${file}: no tracker in it shows its time zone, so it counts as UTC (--utc-offset)`)
  else if (action.utcOffsetMinutes === null) say(`${file}: its clock is ${found} minutes ahead of UTC`)
  yield* readTraccarLog(lines(), { port, utcOffsetMinutes: found ?? 0 }, refused)
}

/** Each device is looked up once. */
function createRegisteredCheck(api: ApiClient): (deviceId: string) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async (deviceId) => {
    const answer = known.get(deviceId)
    if (answer !== undefined) return answer
    const sent = await api.GET('/v1/devices/{deviceId}', { params: { path: { deviceId } } })
    if (sent.response.status !== 404) await accepted(Promise.resolve(sent))
    known.set(deviceId, sent.response.ok)
    return sent.response.ok
  }
}
