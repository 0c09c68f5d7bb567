import fc from 'fast-check'
import { inline, nearlyValidOf, validOf, type Schema } from './from-schema.ts'
import { hostileBody, hostileText } from './hostile.ts'

export type Operation = {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Schema[]
  readonly bodies: Readonly<Record<string, Schema>>
  readonly responses: Readonly<Record<string, Schema>>
}

/** A value from an earlier answer, chosen when the request is sent. */
type Remembered = { readonly pool: string; readonly pick: number; readonly suffix: string }
export type Text = string | Remembered
export type FuzzRequest = {
  readonly path: Readonly<Record<string, Text>>
  readonly query: readonly (readonly [string, Text])[]
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body:
    { readonly text: string } | { readonly json: unknown; readonly token: Remembered | null } | null
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Deletions come last, so that the other operations still find their data. */
export function operationsOf(document: Schema): Operation[] {
  const all = Object.entries<Schema>(document.paths).flatMap(([path, item]) =>
    Object.entries<Schema>(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        parameters: inline(document, [...(item.parameters ?? []), ...(operation.parameters ?? [])]),
        bodies: Object.fromEntries(
          Object.entries<Schema>(operation.requestBody?.content ?? {}).map(([type, { schema }]) => [
            type,
            inline(document, schema),
          ]),
        ),
        responses: inline(document, operation.responses),
      })),
  )
  return all.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
}

const remembered = (pool: string): fc.Arbitrary<Remembered> =>
  fc.record({
    pool: fc.constant(pool),
    pick: fc.nat({ max: 1_000 }),
    suffix: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: hostileText }),
  })

/** Names of parameters whose values are found in earlier answers. */
export const pools = [
  'deviceId',
  'commandId',
  'probeId',
  'keyId',
  'campaignId',
  'placeId',
  'webhookId',
  'channelId',
  'ruleId',
  'deliveryId',
  'shareId',
  'cursor',
  'token',
] as const

const textOf = ({ name, schema }: Schema): fc.Arbitrary<Text> =>
  fc.oneof(
    { weight: 3, arbitrary: validOf(schema).map(String) },
    // Values that belong together, such as the days of a range, are taken together from the examples.
    { weight: schema.example === undefined ? 0 : 3, arbitrary: fc.constant(String(schema.example)) },
    { weight: pools.includes(name) ? 8 : 0, arbitrary: remembered(name) },
    { weight: 2, arbitrary: hostileText },
  )

// Headers reach us as the bytes that HTTP allows in a field value.
const headerText = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  }),
  hostileText.map((text) => text.replaceAll(/[^\u0020-\u00ff]/g, '?')),
)

const headersOf = ({ parameters, bodies }: Operation): fc.Arbitrary<Record<string, string | undefined>> =>
  fc.record(
    {
      'content-type': fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom('application/json', ...Object.keys(bodies)) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'text/plain',
            'application/JSON; charset=utf-16',
            'multipart/form-data',
            '',
          ),
        },
        { weight: 1, arbitrary: headerText },
      ),
      accept: fc.oneof(
        fc.constantFrom('*/*', 'application/json', 'text/csv', 'application/gpx+xml', 'image/png', 'a/b;q=x'),
        headerText,
      ),
      // `undefined`: the admin's key.
      authorization: fc.oneof(
        { weight: 30, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer wrong') },
        { weight: 1, arbitrary: headerText },
      ),
      // Left out, because waiting would only take time.
      prefer: fc.constantFrom('wait=0', 'wait=x', 'wait', 'respond-async', 'wait=-1', 'wait=1e9', ';;,='),
      'idempotency-key': fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.uuid(), headerText),
      origin: fc.constantFrom('null', 'https://evil.example'),
      'x-forwarded-for': headerText,
      cookie: headerText,
    },
    {
      requiredKeys: parameters.some(({ in: place, required }) => place === 'header' && required)
        ? ['idempotency-key', 'content-type']
        : ['content-type'],
    },
  )

const bodyOf = ({ bodies }: Operation): fc.Arbitrary<FuzzRequest['body']> => {
  const schemas = Object.values(bodies)
  if (schemas.length === 0) {
    return fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: hostileBody.map((text) => ({ text })) },
    )
  }
  const token = fc.option(remembered('token'), { nil: null })
  const json = (value: fc.Arbitrary<unknown>) => fc.record({ json: value, token })
  return fc.oneof(
    { weight: 5, arbitrary: json(fc.oneof(...schemas.map(validOf))) },
    { weight: 5, arbitrary: json(fc.oneof(...schemas.map(nearlyValidOf))) },
    { weight: 2, arbitrary: hostileBody.map((text) => ({ text })) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

/** Bodies that a real client sends, which no schema alone would produce. */
const likelyOrders: fc.Arbitrary<FuzzRequest['body']> = fc
  .record(
    {
      intent: fc.constantFrom(
        'read-status',
        'interval-on',
        'engine-cut',
        'engine-restore',
        'set-password',
        'restart',
      ),
      raw: fc.constantFrom(
        'RCONF',
        '9400000',
        '*HQ,9170000001,S20,120000,1,1#',
        '9000000',
        'format',
        '\u0000',
        '#',
      ),
      params: fc.constantFrom({}, { seconds: 20 }, { seconds: -1 }, { seconds: 1e300 }, { password: '1234' }),
      confirm: fc.boolean(),
      replace: fc.boolean(),
      expiresInSeconds: fc.constantFrom(1, 60, 2_592_000),
    },
    { requiredKeys: [] },
  )
  .map((json) => ({ json, token: null }))

/** Accepted whenever the rest of the request is. */
const plainOrder: FuzzRequest['body'] = { json: { intent: 'read-status', replace: true }, token: null }

export function requestOf(operation: Operation): fc.Arbitrary<FuzzRequest> {
  const inPlace = (place: string) => operation.parameters.filter((one) => one.in === place)
  const path = fc.record(Object.fromEntries(inPlace('path').map((one) => [one.name, textOf(one)])))
  const named = (one: Operation['parameters'][number]) => textOf(one).map((text) => [one.name, text] as const)
  const ofQuery = inPlace('query').map(named)
  const required = fc.tuple(...inPlace('query').flatMap((one) => (one.required ? [named(one)] : [])))
  const extra = fc.tuple(fc.oneof(hostileText, fc.constantFrom('limit', 'cursor', 'from')), hostileText)
  const query =
    ofQuery.length === 0
      ? fc.array(extra, { maxLength: 1 })
      : fc
          .oneof(
            fc.tuple(fc.array(fc.oneof(...ofQuery), { maxLength: 4 }), fc.array(extra, { maxLength: 1 })),
            fc.tuple(required, fc.constant([])),
          )
          .map(([known, more]) => [...known, ...more])
  const isOrder = operation.method === 'POST' && operation.path.endsWith('/commands')
  return fc.record({
    path,
    query,
    headers: headersOf(operation),
    body: isOrder ? fc.oneof(bodyOf(operation), likelyOrders, fc.constant(plainOrder)) : bodyOf(operation),
  })
}
