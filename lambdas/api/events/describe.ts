import type { App } from '../app-type.ts'
import { eventSchemas } from './schema.ts'

/** Writes each type of event into the description as a webhook: what a receiver gets. */
export function describeEvents(app: App): void {
  for (const [type, { name, schema, summary }] of eventSchemas) {
    app.openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      operationId: `on${name}`,
      tags: ['Events'],
      summary,
      // Deliveries are signed: no key of this API goes with them.
      security: [],
      request: { body: { required: true, content: { 'application/json': { schema } } } },
      responses: { '2XX': { description: 'It was received; anything else is tried again' } },
    })
  }
}
