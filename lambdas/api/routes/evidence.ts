import { createRoute, z } from '@hono/zod-openapi'
import { familyOf } from '../../shared/domain/firmware.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import type { ApiParts, App } from '../app-type.ts'
import { evidenceRowSchema, toEvidenceCsv, toEvidenceRow } from '../commands/evidence.ts'
import { visibleFamilies } from '../devices/visible-devices.ts'
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
    'Counted over all devices of the installation, by the firmware that they report; a key that is restricted to devices sees the families of those. The model that people register is no part of it. Without `model`: the families of firmware of which something is known. With it: every intent in every dialect that was tried, by firmware. `format=csv` without `model` holds all families.',
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

export function addEvidenceRoute(app: App, { evidence, devices }: ApiParts): void {
  /** One after the other: each is many queries. */
  const readAll = async (families: readonly string[]): Promise<EvidenceRow[]> => {
    const rows: EvidenceRow[] = []
    for (const family of families) rows.push(...(await evidence.ofFamily(family)))
    return rows
  }

  app.openapi(route, async (c) => {
    const { model, format } = c.req.valid('query')
    const visible = await visibleFamilies(c.get('caller'), devices)
    const isVisible = (one: string): boolean => visible === null || visible.has(one)
    const listFamilies = async () => (await evidence.listFamilies()).filter(isVisible)
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
    const rows = isVisible(family) ? await evidence.ofFamily(family) : []
    if (rows.length > 0) return answer(family, rows)
    const families = await listFamilies()
    const known = families.length === 0 ? 'no model yet' : families.slice(0, 20).join(', ')
    throw new Problem('not-found', `nothing is counted of model ${family}; of these something is: ${known}`)
  })
}
