import type { App } from '../app-type.ts'
import { eventSchemas } from './schema.ts'

/** Adds each type of event to the API description as a webhook, with the request that a receiver gets. */
export function describeEvents(app: App): void {
  for (const [type, { name, schema, summary }] of eventSchemas) {
    app.openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      operationId: `on${name}`,
      tags: ['Events'],
      summary,
      // Deliveries are signed. They contain no key of this API.
      security: [],
      request: { body: { required: true, content: { 'application/json': { schema } } } },
      responses: { '2XX': { description: 'The receiver has accepted it; any other answer is retried' } },
    })
  }
}
