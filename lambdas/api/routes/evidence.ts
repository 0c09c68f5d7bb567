import { createRoute, z } from '@hono/zod-openapi'
import type { DeviceLimit } from '../../shared/domain/device-limit.ts'
import { familyOf, UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import type { ApiParts, App } from '../app-type.ts'
import { evidenceRowSchema, toEvidenceCsv, toEvidenceRow } from '../commands/evidence.ts'
import { listVisible } from '../devices/visible-devices.ts'
import { Problem, refuses } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/evidence',
  operationId: 'getEvidence',
  tags: ['Evidence'],
  summary: 'What firmwares answer and do, as counted here',
  description:
    'Counted over all devices of the installation, by the firmware that they report; a key that is restricted to devices sees what is counted of their firmware. The model that people register is no part of it. Without `model`: the families of firmware of which something is known. With it: every intent in every dialect that was tried, by firmware. `format=csv` without `model` holds all families.',
  ...needs('read'),
  ...refuses('not-found'),
  request: {
    query: exactly({
      model: z.string().min(1).optional().openapi({
        description: 'A family of firmware as listed, or a whole firmware, of which the family is shown',
      }),
      format: z.enum(['json', 'csv']).optional(),
    }),
  },
  responses: {
    200: {
      description: 'Families, or what is known of one',
      content: {
        'application/json': {
          schema: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('models'), models: z.array(z.string()) }).openapi('EvidenceModels'),
            z
              .object({ kind: z.literal('model'), model: z.string(), items: z.array(evidenceRowSchema) })
              .openapi('EvidenceOfModel'),
          ]),
        },
        'text/csv': { schema: z.string() },
      },
    },
  },
})

/** Devices whose firmware is read for a restricted key. */
const MAX_SCANNED = 2_000

export function addEvidenceRoute(app: App, { evidence, devices }: ApiParts): void {
  /** The firmware of the devices that a caller sees; null: of all. A firmware's name is what some device reported. */
  const visibleFirmware = async (limit: DeviceLimit | null): Promise<ReadonlySet<string> | null> => {
    if (limit === null) return null
    const found = new Set<string>()
    let scanned = 0
    for await (const { seenFirmware } of listVisible(limit, devices, { pageSize: 500 })) {
      found.add(seenFirmware ?? UNKNOWN_FIRMWARE)
      if (++scanned === MAX_SCANNED) break
    }
    return found
  }

  app.openapi(route, async (c) => {
    const { model, format } = c.req.valid('query')
    const visible = await visibleFirmware(c.get('sight').limit)
    const visibleFamilies = visible && new Set([...visible].map(familyOf))
    const isVisible = (family: string): boolean => visibleFamilies?.has(family) ?? true
    const listFamilies = async () => (await evidence.listFamilies()).filter(isVisible)
    const readFamily = async (family: string): Promise<EvidenceRow[]> =>
      isVisible(family)
        ? (await evidence.ofFamily(family)).filter(({ firmware }) => visible?.has(firmware) ?? true)
        : []
    /** One after the other: each is many queries. */
    const readAll = async (families: readonly string[]): Promise<EvidenceRow[]> => {
      const rows: EvidenceRow[] = []
      for (const family of families) rows.push(...(await readFamily(family)))
      return rows
    }
    const answer = (family: string, rows: readonly EvidenceRow[]) => {
      const items = rows.map(toEvidenceRow)
      return format === 'csv'
        ? c.body(toEvidenceCsv(items), 200, { 'content-type': 'text/csv; charset=utf-8' })
        : c.json({ kind: 'model' as const, model: family, items }, 200)
    }
    if (model === undefined) {
      const families = await listFamilies()
      return format === 'csv'
        ? answer('', await readAll(families))
        : c.json({ kind: 'models' as const, models: families }, 200)
    }
    const family = familyOf(model)
    const rows = await readFamily(family)
    if (rows.length > 0) return answer(family, rows)
    const families = await listFamilies()
    const known = families.length === 0 ? 'no model yet' : families.slice(0, 20).join(', ')
    throw new Problem('not-found', `nothing is counted of model ${family}; of these something is: ${known}`)
  })
}
