import type { App } from './app-type.ts'

const DESCRIPTION = `Positions, raw frames, commands and registration of H02 trackers.

* Times are ISO 8601 UTC. \`fixTime\` is the device's clock, \`receivedAt\` ours. What is absent is null.
* Lists come in pages: follow \`next\` (also in the Link header) until it is null. A page may be short, even empty, while
  there is more. Cursors are opaque and stay valid while new data arrives.
* A command ends in a verdict that says what the tracker answered and what it did; its timeline is the evidence.
* Secrets (passwords of devices and APNs, phone numbers) are masked as \`****\` without the scope secrets.
* A key that is restricted to devices gets the same answer for all others as for devices that do not exist.
* Answers have RateLimit fields; limits are counted by each function instance, so they are approximate.
* Refusals are problem details (RFC 9457); their \`type\` is stable.`

export function describeApi(app: App) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key. Scopes: read, command, command:raw, command:engine, secrets, admin; none includes another.',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'H02 gateway', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
  })
}
