import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { evidenceSchema, toEvidence } from '../commands/evidence.ts'
import { dialect } from '../commands/schema.ts'
import { visibleModels } from '../devices/visible-devices.ts'
import { Problem, refusals } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const rowSchema = z
  .object({
    firmware: z.string().openapi({ description: 'unknown: no probe has named it yet' }),
    intent: z.string(),
    dialect,
    evidence: evidenceSchema,
  })
  .openapi('EvidenceRow')

const route = createRoute({
  method: 'get',
  path: '/v1/evidence',
  summary: 'What models and firmwares answer, as counted here',
  description:
    'Counted over all devices of the installation; a key that is restricted to devices sees the models of those. Without `model`: the models of which something is known. With it: every intent in every dialect that was tried, by firmware.',
  ...needs('read'),
  request: {
    query: exactly({ model: z.string().min(1).optional().openapi({ description: 'Exactly this model' }) }),
  },
  responses: {
    200: {
      description: 'Models, or what is known of one',
      content: {
        'application/json': {
          schema: z.union([
            z.object({ models: z.array(z.string()) }).openapi('EvidenceModels'),
            z.object({ model: z.string(), items: z.array(rowSchema) }).openapi('EvidenceOfModel'),
          ]),
        },
      },
    },
    ...refusals,
  },
})

export function addEvidenceRoute(app: App, { evidence, devices }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { model } = c.req.valid('query')
    const visible = await visibleModels(c.get('caller'), devices)
    const isVisible = (one: string): boolean => visible === null || visible.has(one)
    const listModels = async () => (await evidence.listModels()).filter(isVisible)
    if (model === undefined) return c.json({ models: await listModels() }, 200)
    const rows = isVisible(model) ? await evidence.ofModel(model) : []
    if (rows.length === 0) {
      const models = await listModels()
      const known = models.length === 0 ? 'no model yet' : models.slice(0, 20).join(', ')
      throw new Problem('not-found', `nothing is counted of model ${model}; of these something is: ${known}`)
    }
    const items = rows.map(({ firmware, intent, dialect, counts }) => ({
      firmware,
      intent,
      dialect,
      evidence: toEvidence(counts),
    }))
    return c.json({ model, items }, 200)
  })
}
