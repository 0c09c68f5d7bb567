import { problemTypes, type ProblemType } from './problem.ts'

/** The fields of an operation that are completed here. */
export type Operation = {
  description?: string
  readonly parameters?: readonly { readonly name?: string }[]
  readonly requestBody?: object
  readonly responses: Record<string, object>
  'x-problems'?: readonly ProblemType[]
  readonly 'x-required-scope'?: string
}
export type Components = { responses?: Record<string, object> }

type Described = { readonly method: string; readonly path: string; readonly operation: Operation }

/** Refusals that are the same for many operations are shared components. */
const shared: Partial<Record<ProblemType, string>> = {
  unauthorized: 'Unauthorized',
  'too-many-requests': 'TooManyRequests',
  internal: 'Internal',
}

/** The refusals of an operation: those implied by its scope, parameters and body, and those that its route lists. */
function typesOf({ method, path, operation }: Described): ProblemType[] {
  const { parameters = [], requestBody } = operation
  const has = (name: string): boolean => parameters.some((one) => one.name === name)
  const found = new Set<ProblemType>(operation['x-problems'])
  if (operation['x-required-scope'] !== undefined) {
    for (const type of ['unauthorized', 'forbidden', 'too-many-requests', 'internal'] as const)
      found.add(type)
  }
  if (parameters.length > 0 || requestBody) found.add('invalid-request')
  if (path.includes('{')) found.add('invalid-path').add('not-found')
  if (has('cursor')) found.add('invalid-cursor')
  if (has('idempotency-key')) found.add('idempotency-key-reused')
  // A DELETE's body is not read, but it can still be too large.
  if (method !== 'get') found.add('too-large')
  if (requestBody) found.add('unsupported-media-type')
  const order = Object.keys(problemTypes)
  return [...found].sort((a, b) => order.indexOf(a) - order.indexOf(b))
}

/** Writes the refusals of an operation as answers by status, each with its problem types. */
export function describeRefusals(described: Described, components: Components): void {
  const { operation } = described
  const byStatus = Map.groupBy(typesOf(described), (type) => problemTypes[type].status)
  for (const [status, types] of byStatus) {
    const name = types.length === 1 ? shared[types[0]!] : undefined
    const answer = toAnswer(types)
    if (name !== undefined) (components.responses ??= {})[name] = answer
    operation.responses[status] = name === undefined ? answer : { $ref: `#/components/responses/${name}` }
  }
  delete operation['x-problems']
}

const toAnswer = (types: readonly ProblemType[]): object => ({
  description: types.map((type) => `\`${type}\`: ${problemTypes[type].title}`).join('. '),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object', properties: { type: { enum: types.map((type) => `urn:h02:problem:${type}`) } } },
        ],
      },
    },
  },
})
