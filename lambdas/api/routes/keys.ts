import { createRoute, z } from '@hono/zod-openapi'
import type { ApiKey } from '../../shared/store/api-keys.ts'
import type { ApiParts, App, Identity } from '../app-type.ts'
import { json, jsonBody } from '../json.ts'
import { keyExample, madeKeyExample, rotatedKeyExample } from '../keys/examples.ts'
import { isKeyVisibleTo, requireGrant, requireWithin } from '../keys/grants.ts'
import {
  deletedKeysSchema,
  keySchema,
  madeKeySchema,
  newKeySchema,
  rotationSchema,
  toKeyAnswer,
} from '../keys/schema.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'
import type { Sight } from '../visibility.ts'

const params = z.object({
  keyId: z.string().openapi({ description: 'The id of the key, not its secret text' }),
})

const createKeyRoute = createRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'createKey',
  tags: ['Keys'],
  summary: 'Create a key; its secret is shown only once',
  description: 'A key can only grant scopes, devices and validity that it has itself.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-text'),
  request: {
    body: jsonBody(newKeySchema, {
      example: { name: 'map', scopes: ['read'], devices: { ids: ['9170000000'] } },
    }),
  },
  responses: {
    201: json('The key', madeKeySchema, madeKeyExample),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'listKeys',
  tags: ['Keys'],
  summary: 'All keys, without their secrets',
  ...needs('admin'),
  responses: {
    200: json(
      'The keys; the first admin key is not among them',
      z.object({ items: z.array(keySchema) }).openapi('KeyList'),
      { items: [keyExample] },
    ),
  },
})

const rotateRoute = createRoute({
  method: 'post',
  path: '/v1/keys/{keyId}/rotate',
  operationId: 'rotateKey',
  tags: ['Keys'],
  summary: 'Replace the secret of a key; the new one is shown only once',
  description:
    'The current secret is accepted until the overlap ends; the one of an earlier rotation is refused at once.',
  ...needs('admin'),
  request: {
    params,
    body: { content: { 'application/json': { schema: rotationSchema, example: { overlapSeconds: 3_600 } } } },
  },
  responses: {
    200: json('The key with its new secret', madeKeySchema, rotatedKeyExample),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/keys/{keyId}',
  operationId: 'deleteKey',
  tags: ['Keys'],
  summary: 'Delete a key; it is refused from the next request on',
  description:
    'Keys that it created keep working unless `children=true`. If there are such keys, the answer lists them.',
  ...needs('admin'),
  request: {
    params,
    query: exactly({
      children: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'true: also delete the keys that it created, directly or through others' }),
    }),
  },
  responses: {
    200: json('Deleted; it created other keys', deletedKeysSchema, {
      keyId: keyExample.keyId,
      deleted: [keyExample],
      children: [
        { ...keyExample, keyId: '2c91f04be7d3', prefix: 'h02_2c91f04be7d3', createdBy: keyExample.keyId },
      ],
    }),
    204: { description: 'Deleted; it created no other key' },
  },
})

/** Limits a chain of keys that create keys. */
const MAX_ANCESTORS = 20

const noSuchKey = (keyId: string): Problem =>
  new Problem('not-found', `no key ${keyId}; GET /v1/keys lists them by keyId`)

/** A key may be restricted to an id that the caller does not see; that id is left out. */
const show = async (sight: Sight, key: ApiKey) =>
  toKeyAnswer(key, key.devices?.ids ? await sight.pick(key.devices.ids, (id) => id) : null)
const showAll = (sight: Sight, keys: readonly ApiKey[]) => Promise.all(keys.map((key) => show(sight, key)))

export function addKeyRoutes(app: App, { keys, log, now }: ApiParts, recordAudit: RecordAudit): void {
  const requireKey = async (caller: Identity, keyId: string): Promise<ApiKey> => {
    const key = await keys.get(keyId)
    if (key === null || !isKeyVisibleTo(caller, key)) throw noSuchKey(keyId)
    return key
  }

  app.openapi(createKeyRoute, async (c) => {
    const caller = c.get('caller')
    const { name = null, ...requested } = c.req.valid('json')
    const grant = requireGrant(caller, requested, now())
    const ancestors = [...(caller.ancestors ?? []), caller.keyId]
    if (ancestors.length > MAX_ANCESTORS) {
      throw new Problem(
        'conflict',
        `expected a chain of at most ${MAX_ANCESTORS} keys that created one another`,
      )
    }
    const { key, secret } = await keys.create({ name, ...grant, createdBy: caller.keyId, ancestors })
    const { keyId, scopes } = key
    const shown = await show(c.get('sight'), key)
    const { devices, deviceIds, expiresAt } = shown
    await recordAudit(caller, {
      step: 'key-made',
      details: { keyId, name, scopes, devices, deviceIds, expiresAt },
    })
    log.info('key created', { keyId, scopes, by: caller.keyId })
    return c.json({ ...shown, key: secret }, 201)
  })

  app.openapi(listRoute, async (c) => {
    const visible = (await keys.list()).filter((key) => isKeyVisibleTo(c.get('caller'), key))
    return c.json({ items: await showAll(c.get('sight'), visible) }, 200)
  })

  app.openapi(rotateRoute, async (c) => {
    const caller = c.get('caller')
    const { keyId } = c.req.valid('param')
    // A request without a body has no content type and is not validated.
    const { overlapSeconds } = rotationSchema.parse(c.req.valid('json') ?? {})
    const key = await requireKey(caller, keyId)
    requireWithin(caller, key)
    const previousUntil = now() + overlapSeconds * 1_000
    const rotated = await keys.rotate(key, { keyId: caller.keyId, previousUntil })
    if (rotated === null) throw noSuchKey(keyId)
    await recordAudit(caller, { step: 'key-rotated', details: { keyId, overlapSeconds } })
    log.info('key rotated', { keyId, by: caller.keyId })
    return c.json({ ...(await show(c.get('sight'), rotated.key)), key: rotated.secret }, 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const caller = c.get('caller')
    const { keyId } = c.req.valid('param')
    const { children } = c.req.valid('query')
    const key = await requireKey(caller, keyId)
    // The list may lack a key created within the last second; keys created by that key are found by the next request.
    const made = (await keys.list()).filter(({ ancestors }) => ancestors.includes(keyId))
    const deleted = children === 'true' ? [key, ...made] : [key]
    for (const one of deleted) await keys.remove(one.keyId)
    await recordAudit(
      caller,
      ...deleted.map((one) => ({
        step: 'key-deleted' as const,
        details: { keyId: one.keyId, name: one.name },
      })),
    )
    log.info('keys deleted', { keyIds: deleted.map((one) => one.keyId), by: caller.keyId })
    if (made.length === 0) return c.body(null, 204)
    const left = children === 'true' ? [] : made
    const sight = c.get('sight')
    return c.json(
      { keyId, deleted: await showAll(sight, deleted), children: await showAll(sight, left) },
      200,
    )
  })
}
