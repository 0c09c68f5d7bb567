import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { evidenceSchema, toEvidence } from '../commands/evidence.ts'
import { dialect } from '../commands/schema.ts'
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
    'Without `model`: the models of which something is known. With it: every intent in every dialect that was tried, by firmware.',
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

export function addEvidenceRoute(app: App, { evidence }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { model } = c.req.valid('query')
    if (model === undefined) return c.json({ models: await evidence.listModels() }, 200)
    const rows = await evidence.ofModel(model)
    if (rows.length === 0) {
      const models = await evidence.listModels()
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
