import type { App } from './app-type.ts'
import { describeEvents } from './events/describe.ts'
import { describeRefusals, type Components, type Operation } from './openapi-refusals.ts'
import { problemSchema } from './problem.ts'

const DESCRIPTION = `Positions, raw frames, commands and registration of H02 trackers.

* Times are ISO 8601 UTC. \`fixTime\` is the device's clock, \`receivedAt\` ours. What is absent is null.
* Lists come in pages: follow \`next\` (also in the Link header) until it is null. A page may be short, even empty, while
  there is more. Cursors are opaque and stay valid while new data arrives.
* A command ends in a verdict that says what the tracker answered and what it did; its timeline is the evidence.
* Secrets (passwords of devices and APNs, phone numbers) are masked as \`****\` without the scope secrets.
* A key that is restricted to devices gets the same answer for all others as for devices that do not exist.
* Answers have RateLimit fields; limits are counted by each function instance, so they are approximate.
* Refusals are problem details (RFC 9457); their \`type\` is stable.`

/** In the order of the documentation. */
const tags: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'Devices', description: 'Registered trackers: their settings and their state' },
  { name: 'Positions', description: 'Where devices are and were' },
  { name: 'Frames', description: 'Every byte on the wire, decoded; stored or live' },
  {
    name: 'Commands',
    description: 'The commands that a device accepts, those that were sent, and their verdicts',
  },
  { name: 'Events', description: 'What happened, as history and live' },
  { name: 'Probes', description: 'Which commands a device answers' },
  { name: 'Schedules', description: 'Reads that are sent to a device repeatedly' },
  { name: 'Settings', description: 'Settings that devices should keep, compared with what they report' },
  {
    name: 'Campaigns',
    description: 'One command for many devices; a campaign stops itself if the command fails too often',
  },
  { name: 'Evidence', description: 'Which commands each firmware answers, as counted here' },
  { name: 'Unknown devices', description: 'Ids that connected and that are not registered' },
  { name: 'Keys', description: 'API keys' },
  { name: 'Shares', description: 'Links that show people where one device is, until they expire' },
  { name: 'Places', description: 'Areas that devices enter and leave' },
  { name: 'Webhooks', description: 'Events posted to a URL, signed, and retried until they arrive' },
  { name: 'Notices', description: 'Who is notified of what, and by which service' },
  { name: 'Audit', description: 'Who did what' },
  { name: 'Service', description: 'The API itself and the console; no key is required' },
]

/** The fields of the document that are completed here. */
type Document = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Components & {
    readonly schemas: Readonly<Record<string, { readonly type?: unknown; readonly properties?: object }>>
  }
}
const methods = ['get', 'post', 'put', 'patch', 'delete']

/** The OpenAPI document of an app, completed with what the routes do not contain and generators need. */
export function describeApi(app: App): Document {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key. Scopes: read, command, command:raw, command:engine, secrets, admin; none includes another. Each operation names the one that it requires as `x-required-scope`.',
  })
  app.openAPIRegistry.register('Problem', problemSchema)
  describeEvents(app)
  // `identifier` is from OpenAPI 3.1; the generator's type is from 3.0.
  const license: { name: string; identifier: string } = { name: 'Apache-2.0', identifier: 'Apache-2.0' }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'H02 gateway',
      version: '1',
      description: DESCRIPTION,
      contact: { name: 'The operator of this installation' },
      license,
    },
    servers: [{ url: '/' }],
    tags: [...tags],
  }) as unknown as Document
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ method, path, operation: item[method] }] : [])),
  )
  for (const described of operations) {
    nameScope(described.operation)
    describeRefusals(described, document.components)
  }
  return nullOutside(document, nullableSchemas(document)) as Document
}

function nameScope(operation: Operation): void {
  const scope = operation['x-required-scope']
  const sentence = scope === undefined ? 'No key is required.' : `Requires the scope \`${scope}\`.`
  operation.description = [operation.description, sentence].filter(Boolean).join('\n\n')
}

/** Named schemas that are used only where null is allowed too: the generator writes the null into them. */
const nullableSchemas = ({ components: { schemas } }: Document): Set<string> =>
  new Set(
    Object.entries(schemas)
      .filter(([, { type, properties }]) => Array.isArray(type) && properties !== undefined)
      .map(([name]) => name),
  )

/** Moves that null beside each reference: a schema with a name must be an object. */
function nullOutside(value: unknown, nullable: ReadonlySet<string>, name = ''): unknown {
  if (Array.isArray(value)) return value.map((part) => nullOutside(part, nullable))
  if (typeof value !== 'object' || value === null) return value
  const { $ref, ...rest } = value as Readonly<Record<string, unknown>>
  if (typeof $ref === 'string' && nullable.has($ref.replace('#/components/schemas/', ''))) {
    return { ...rest, anyOf: [{ $ref }, { type: 'null' }] }
  }
  const own = nullable.has(name) && Array.isArray(rest.type) ? { type: 'object' } : {}
  return Object.fromEntries(
    Object.entries({ ...value, ...own }).map(([key, part]) => [key, nullOutside(part, nullable, key)]),
  )
}
