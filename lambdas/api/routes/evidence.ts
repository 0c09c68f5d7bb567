import { createRoute, z } from '@hono/zod-openapi'
import type { DeviceLimit } from '../../shared/domain/device-limit.ts'
import { familyOf, UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import type { ApiParts, App } from '../app-type.ts'
import { evidenceRowSchema, toEvidenceCsv, toEvidenceRow } from '../commands/evidence.ts'
import { evidenceRowExample } from '../commands/examples.ts'
import { listVisible } from '../devices/visible-devices.ts'
import { Problem, refuses } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/evidence',
  operationId: 'getEvidence',
  tags: ['Evidence'],
  summary: 'Which commands each firmware answered on this installation',
  description:
    'Counted over all devices of the installation, by the firmware that they report; a key that is restricted to devices sees only the counts of their firmware. The registered model does not matter. Without `model`: the families of firmware with counts. With `model`: every intent in every dialect that was tried, by firmware. `format=csv` without `model` contains all families.',
  ...needs('read'),
  ...refuses('not-found'),
  request: {
    query: exactly({
      model: z.string().min(1).optional().openapi({
        description:
          'A family of firmware as listed, or the full name of a firmware, which stands for its family',
      }),
      format: z
        .enum(['json', 'csv'])
        .optional()
        .openapi({ description: 'The format of the answer; json if not given' }),
    }),
  },
  responses: {
    200: {
      description: 'The families, or the counts of one family',
      content: {
        'application/json': {
          schema: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('models'), models: z.array(z.string()) }).openapi('EvidenceModels'),
            z
              .object({ kind: z.literal('model'), model: z.string(), items: z.array(evidenceRowSchema) })
              .openapi('EvidenceOfModel'),
          ]),
          examples: {
            models: { summary: 'The families', value: { kind: 'models', models: ['ST906', 'unknown'] } },
            model: {
              summary: 'The counts of one family',
              value: { kind: 'model', model: 'ST906', items: [evidenceRowExample] },
            },
          },
        },
        'text/csv': { schema: z.string() },
      },
    },
  },
})

/** Devices whose firmware is read for a restricted key. */
const MAX_SCANNED = 2_000

export function addEvidenceRoute(app: App, { evidence, devices }: ApiParts): void {
  /** The firmware of the devices that a caller sees; null: all. Names of firmware are as devices reported them. */
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
    /** One after another, because each takes many queries. */
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
    throw new Problem('not-found', `there are no counts for model ${family}; there are counts for: ${known}`)
  })
}
