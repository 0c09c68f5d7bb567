import { createRoute, z } from '@hono/zod-openapi'
import { scopes, type ApiKey } from '../../shared/store/api-keys.ts'
import type { ApiParts, App } from '../app-type.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { Problem, refusals } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly, lineOfText } from '../validation.ts'

const scope = z.enum(scopes)

const keySchema = z
  .object({
    keyId: z.string(),
    name: z.string().nullable(),
    prefix: z.string().openapi({ description: 'How the key begins' }),
    scopes: z.array(scope),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key that made it; admin: the first one' }),
  })
  .openapi('Key')

const newKeySchema = exactly({
  name: lineOfText(100).nullish(),
  scopes: z.array(scope).min(1, `expected at least one of ${scopes.join(', ')}`),
}).openapi('NewKey')

const createKeyRoute = createRoute({
  method: 'post',
  path: '/v1/keys',
  summary: 'Make a key; it is shown this once',
  ...needs('admin'),
  request: { body: { required: true, content: { 'application/json': { schema: newKeySchema } } } },
  responses: {
    201: {
      description: 'The key',
      content: { 'application/json': { schema: keySchema.extend({ key: z.string() }).openapi('MadeKey') } },
    },
    ...refusals,
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/keys',
  summary: 'All keys, without their secrets',
  ...needs('admin'),
  responses: {
    200: {
      description: 'The keys; the first admin key is not among them',
      content: { 'application/json': { schema: z.object({ items: z.array(keySchema) }).openapi('KeyList') } },
    },
    ...refusals,
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/keys/{keyId}',
  summary: 'Delete a key; it opens nothing from now on',
  ...needs('admin'),
  request: { params: z.object({ keyId: z.string() }) },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

const toAnswer = (key: ApiKey) => ({
  ...key,
  scopes: [...key.scopes],
  createdAt: toReceivedIso(key.createdAt),
})

export function addKeyRoutes(app: App, { keys, log }: ApiParts): void {
  app.openapi(createKeyRoute, async (c) => {
    const caller = c.get('caller')
    const { name = null, scopes: wanted } = c.req.valid('json')
    const beyond = wanted.filter((scope) => !caller.scopes.has(scope))
    if (beyond.length > 0) {
      const own = [...caller.scopes].join(', ')
      throw new Problem('forbidden', `a key can give what it has: ${own}; not ${beyond.join(', ')}`)
    }
    const { key, secret } = await keys.create({ name, scopes: [...new Set(wanted)], createdBy: caller.keyId })
    log.info('key made', { keyId: key.keyId, scopes: key.scopes, by: caller.keyId })
    return c.json({ ...toAnswer(key), key: secret }, 201)
  })

  app.openapi(listRoute, async (c) => c.json({ items: (await keys.list()).map(toAnswer) }, 200))

  app.openapi(deleteRoute, async (c) => {
    const { keyId } = c.req.valid('param')
    if (!(await keys.remove(keyId))) {
      throw new Problem('not-found', `no key ${keyId}; GET /v1/keys lists them by keyId`)
    }
    log.info('key deleted', { keyId, by: c.get('caller').keyId })
    return c.body(null, 204)
  })
}
