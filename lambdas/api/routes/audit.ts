import { createRoute, z } from '@hono/zod-openapi'
import { dangers } from '#h02/catalogue/index.ts'
import { auditSteps, type AuditEntry } from '../../shared/store/audit.ts'
import type { ApiParts, App } from '../app-type.ts'
import { dialect, verdict } from '../commands/schema.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { labelsQuery } from '../devices/label-input.ts'
import { deviceId, deviceParams } from '../devices/schema.ts'
import { requireRange } from '../history-query.ts'
import { isoEndInput, isoTimeInput, receivedTime, toReceivedIso } from '../iso-time.ts'
import { json } from '../json.ts'
import { cursorInput, lastPage, limitOf, nextLink, pageOf } from '../page.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import type { Sight } from '../visibility.ts'

const who = z.string().openapi({ description: 'Id of the key' })
const hex = z.string().nullable().openapi({ description: 'The bytes that were written, secrets masked' })
const origin = {
  keyName: z.string().nullable(),
  address: z.string().nullable().openapi({ description: 'Network address of the client' }),
  requestId: z.string().nullable(),
}

const entrySchema = z
  .object({
    at: receivedTime,
    step: z.enum(['asked', 'ended']),
    commandId: z.string(),
    who,
    ...origin,
    intent: z.string(),
    danger: z.enum(dangers),
    dialect: dialect.nullable(),
    verdict: verdict.nullable(),
    reason: z.string().nullable(),
    hex,
  })
  .openapi('AuditEntry')

const recordSchema = z
  .object({
    at: receivedTime,
    step: z.enum(auditSteps),
    who,
    ...origin,
    deviceId: z.string().nullable(),
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'What was created, changed, read or deleted; never a secret' }),
    commandId: z.string().nullable(),
    intent: z.string().nullable(),
    danger: z.enum(dangers).nullable(),
    dialect: dialect.nullable(),
    verdict: verdict.nullable(),
    reason: z.string().nullable(),
    hex,
  })
  .openapi('AuditRecord')

const commandEntry: z.infer<typeof entrySchema> = {
  at: '2026-01-31T08:01:05.310Z',
  step: 'ended',
  commandId: '0mfhq3k2v0a1b2c3',
  who: 'admin',
  keyName: null,
  address: '198.51.100.20',
  requestId: '0bcfedef-7a8a-4723-a3cc-903948168542',
  intent: 'interval-on',
  danger: 'harmless',
  dialect: 'text',
  verdict: 'confirmed',
  reason: null,
  hex: '3830352a2a2a2a203230',
}
const keyRecord: z.infer<typeof recordSchema> = {
  ...commandEntry,
  at: '2026-01-31T09:00:01.250Z',
  step: 'key-made',
  deviceId: null,
  details: { keyId: '0771642a6eb1', name: 'map', scopes: ['read'] },
  commandId: null,
  intent: null,
  danger: null,
  dialect: null,
  verdict: null,
  hex: null,
}

const deviceRoute = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/audit',
  operationId: 'listDeviceAudit',
  tags: ['Audit'],
  summary: 'The commands that were sent to a device, with sender and outcome',
  description:
    'Kept permanently. For a deleted device the sender, the time and the outcome remain, without bytes.',
  ...needs('admin'),
  request: { params: deviceParams },
  responses: {
    200: json(
      'Oldest first; empty if nothing was ever sent',
      z.object({ deviceId: z.string(), items: z.array(entrySchema) }).openapi('Audit'),
      { deviceId: '9170000000', items: [commandEntry] },
    ),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/audit',
  operationId: 'listAudit',
  tags: ['Audit'],
  summary: 'Who did what with keys, devices, secrets and commands, newest first',
  description:
    'Kept permanently; entries are never changed. The use of a key, and its reads of secrets in clear text, are recorded once an hour per function instance. An entry may be missing for about a second.',
  ...needs('admin'),
  request: {
    query: exactly({
      deviceId: deviceId.optional().openapi({ description: 'Only actions that concern this device' }),
      keyId: z
        .string()
        .min(1)
        .max(300)
        .optional()
        .openapi({ description: 'Only actions of the key with this id' }),
      from: isoTimeInput.optional().openapi({ description: 'At that time or later' }),
      to: isoEndInput.optional().openapi({ description: 'Before that time' }),
      labels: labelsQuery,
      limit: limitOf(100, 500),
      cursor: cursorInput,
    }),
  },
  responses: {
    200: json('A page of entries', pageOf(recordSchema).openapi('AuditPage'), lastPage(keyRecord)),
  },
})

const toRecord = ({ at, bytes, ...entry }: AuditEntry): z.infer<typeof recordSchema> => ({
  ...entry,
  at: toReceivedIso(at),
  details: entry.details && { ...entry.details },
  hex: bytes,
})

/** Fields of an entry's details that contain device ids. */
const idLists = new Set(['ids', 'deviceIds'])

/** Entries about a key's own actions may contain devices that it no longer sees; these are left out. */
async function withoutHidden(entry: AuditEntry, sight: Sight): Promise<AuditEntry> {
  const hide = async (value: unknown, name: string): Promise<unknown> => {
    if (Array.isArray(value)) return idLists.has(name) ? sight.pick(value, String) : value
    if (typeof value !== 'object' || value === null) return value
    const parts = Object.entries(value).map(async ([key, part]) => [key, await hide(part, key)] as const)
    return Object.fromEntries(await Promise.all(parts))
  }
  if (sight.limit === null || entry.deviceId !== null) return entry
  return { ...entry, details: (await hide(entry.details, '')) as AuditEntry['details'] }
}

const toEntries = (entry: AuditEntry): z.infer<typeof entrySchema>[] => {
  const { step, commandId, intent, danger } = entry
  if ((step !== 'asked' && step !== 'ended') || commandId === null || intent === null || danger === null)
    return []
  const { deviceId: _, details: __, ...record } = toRecord(entry)
  return [{ ...record, step, commandId, intent, danger }]
}

export function addAuditRoutes(app: App, { audit, devices }: ApiParts): void {
  // A deleted device has an audit too. Entries of the previous version contain their bytes, which are no longer shown.
  app.openapi(deviceRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const [entries, device] = await Promise.all([audit.list(deviceId), devices.get(deviceId)])
    const isDeleted = ({ at }: AuditEntry): boolean => device === null || at < (device.purgeBefore ?? 0)
    const items = entries.map((entry) => (isDeleted(entry) ? { ...entry, bytes: null } : entry))
    return c.json({ deviceId, items: items.flatMap(toEntries) }, 200)
  })

  app.openapi(listRoute, async (c) => {
    const { limit, cursor, labels, ...filter } = c.req.valid('query')
    requireRange(filter)
    const scope = ['audit', filter.deviceId, filter.keyId, filter.from, filter.to, labels]
    const caller = c.get('caller')
    const sight = c.get('sight')
    /** A key that is restricted to devices may see entries about them, and its own. */
    const findVisible = async (entries: readonly AuditEntry[]): Promise<ReadonlySet<AuditEntry>> => {
      const isOwn = ({ deviceId, who }: AuditEntry): boolean => deviceId === null && who === caller.keyId
      const seen = await sight.pick(entries, ({ deviceId }) => deviceId, labels)
      return new Set([...seen, ...(labels ? [] : entries.filter(isOwn))])
    }
    const { entries, next } = await audit.search(filter, {
      limit,
      after: cursor === undefined ? undefined : (decodeCursor(scope, cursor) as string),
      findVisible,
    })
    const nextCursor = next === null ? null : encodeCursor(scope, next)
    const shown = await Promise.all(entries.map((entry) => withoutHidden(entry, sight)))
    return c.json({ items: shown.map(toRecord), nextCursor, next: nextLink(c, nextCursor) }, 200)
  })
}
