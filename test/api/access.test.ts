import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '#shared/log.ts'
import { createFreshSecret } from '#shared/store/fresh-secret.ts'
import { readAdminKeyHash } from '../../lambdas/api/admin-key.ts'
import { authenticateByKey } from '../../lambdas/api/auth.ts'
import { expectDocumented, readDocument } from './documented.ts'
import { createFakeHistory, createReadingApp, startApi } from './fakes.ts'

let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('API keys', () => {
  it('are shown once, listed without their secret, and open nothing once deleted', async () => {
    const made = await api.call('POST', '/v1/keys', { body: { name: 'app', scopes: ['read', 'read'] } })
    expect(made.status).toBe(201)
    await expectDocumented(api.app, 'POST', '/v1/keys', made)
    const { key, keyId } = made.json
    expect(made.json).toMatchObject({ scopes: ['read'], createdBy: 'admin', prefix: `h02_${keyId}` })

    const listed = await api.call('GET', '/v1/keys')
    await expectDocumented(api.app, 'GET', '/v1/keys', listed)
    expect(listed.text).toContain(keyId)
    expect(listed.text).not.toContain(key)
    expect(api.log.join()).not.toContain(key)

    expect((await api.call('GET', '/v1/devices', { key })).status).toBe(200)
    expect((await api.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(204)
    expect((await api.call('GET', '/v1/devices', { key })).status).toBe(401)
    expect((await api.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(404)
  })

  it('allow what their scopes say, and a refusal names the missing scope', async () => {
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })).json
    const refused = await api.call('POST', '/v1/devices', { key, body: { deviceId: '1' } })
    expect(refused.status).toBe(403)
    expect(refused.json).toMatchObject({ type: 'urn:h02:problem:forbidden', requiredScope: 'admin' })
    const blind = (await api.call('POST', '/v1/keys', { body: { scopes: ['command'] } })).json.key
    expect((await api.call('GET', '/v1/devices', { key: blind })).json.detail).toContain(
      'scope read; yours has: command',
    )
  })

  it('cannot make keys with more scopes than their own', async () => {
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['admin'] } })).json
    const beyond = await api.call('POST', '/v1/keys', { key, body: { scopes: ['admin', 'command:engine'] } })
    expect(beyond.status).toBe(403)
    expect(beyond.json.detail).toContain('command:engine')
    const made = await api.call('POST', '/v1/keys', { key, body: { scopes: ['admin'] } })
    expect(made.json.createdBy).not.toBe('admin')
  })

  it.each([{}, { scopes: [] }, { scopes: ['all'] }, { scopes: ['read'], color: 'red' }])(
    'cannot be made from the body %j',
    async (body) => {
      const { status, json } = await api.call('POST', '/v1/keys', { body })
      expect(status).toBe(400)
      expect(json.errors.length).toBeGreaterThan(0)
    },
  )
})

describe('a text in a request that would be stored', () => {
  const unsafe = [
    'a\u0000',
    '\u001b[2J',
    'a\nb',
    'Van\n',
    '\u202etxt',
    '\u2066a',
    'a\u200bb',
    '\ufeffa',
    '\ud800',
  ]
  it.each(unsafe)('is refused with 422 in every field: %j', async (text) => {
    const refusals = [
      await api.call('POST', '/v1/keys', { body: { name: text, scopes: ['read'] } }),
      await api.call('PATCH', '/v1/devices/1234567890', { body: { name: text } }),
      await api.call('PATCH', '/v1/devices/1234567890', { body: { model: text } }),
      await api.call('POST', '/v1/unknown-devices/1234567890/adopt', { body: { name: text } }),
    ]
    for (const { status, json } of refusals) {
      expect([status, json.type]).toEqual([422, 'urn:h02:problem:unsafe-text'])
      expect(json.errors[0].name).toMatch(/^\/(name|model)$/)
    }
    const rows = [{ deviceId: '1', name: text }, { deviceId: '2' }]
    const { json } = await api.call('POST', '/v1/devices', { body: rows })
    expect(json.rejected.map(({ deviceId }: any) => deviceId)).toEqual(['1'])
    const alone = await api.call('POST', '/v1/devices', { body: rows[0] })
    expect(alone.status).toBe(422)
  })
})

describe('a request without a key', () => {
  it.each([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a key no one knows', { authorization: `Bearer h02_000000000000_${'A'.repeat(43)}` }],
    ['an empty key', { authorization: 'Bearer ' }],
  ])('with %s reads nothing under /v1', async (_, headers) => {
    for (const path of ['/v1/devices', '/v1/keys', '/v1/nothing']) {
      const answer = await api.call('GET', path, { key: null, headers })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="h02"')
      expect(answer.json.type).toBe('urn:h02:problem:unauthorized')
    }
  })

  it('reads health and the OpenAPI document', async () => {
    expect((await api.call('GET', '/healthz', { key: null })).json).toEqual({ status: 'ok' })
    expect((await api.call('GET', '/openapi.json', { key: null })).json.openapi).toBe('3.1.0')
  })
})

describe('every path of the OpenAPI document', () => {
  it('is served, needs the scope it names, and its references lead somewhere', async () => {
    const document = await readDocument(api.app)
    for (const match of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(match[1]!)
    }
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['secrets'] } })).json
    for (const [template, item] of Object.entries<any>(document.paths)) {
      for (const [method, operation] of Object.entries<any>(item)) {
        expect(operation.summary).toBeTruthy()
        if (!template.startsWith('/v1/')) continue
        const path = template.replaceAll(/\{\w+\}/g, '42')
        const refused = await api.call(method.toUpperCase(), path, { key })
        expect([method, path, refused.status]).toEqual([method, path, 403])
        expect(operation.security).toEqual([{ bearer: [] }])
        expect(operation['x-required-scope']).toBe(refused.json.requiredScope)
        expect(operation.description).toContain(`scope \`${refused.json.requiredScope}\``)
      }
    }
  })

  it('has types of OpenAPI 3.1: null beside others, no `nullable`', async () => {
    const document = await readDocument(api.app)
    expect(JSON.stringify(document)).not.toContain('"nullable"')
    expect(document.components.schemas.LastPosition.properties.course.type).toEqual(['number', 'null'])
    expect(document.components.schemas.LastPosition.required).toContain('course')
    expect(document.components.securitySchemes.bearer.scheme).toBe('bearer')
  })
})

describe('the API, for unusual requests', () => {
  it('builds its OpenAPI document once, whatever asks for it first', async () => {
    const { call } = createReadingApp(createFakeHistory())
    expect((await call('POST', '/v1/devices/42/positions')).headers.get('allow')).toBe('GET')
    const [first, second] = [await call('GET', '/openapi.json'), await call('GET', '/openapi.json')]
    expect(first.json.components.securitySchemes.bearer).toBeDefined()
    expect(second.text).toBe(first.text)
    expect((await api.call('GET', '/openapi.json')).text).toBe(first.text)
  })

  it('names the nearest documented paths when a path is unknown', async () => {
    const { status, json } = await api.call('GET', '/v1/devices/123/postions')
    expect([status, json.type]).toEqual([404, 'urn:h02:problem:not-found'])
    expect(json.nearest[0]).toBe('/v1/devices/{deviceId}/positions')
    expect((await api.call('GET', '/v1/device')).json.nearest[0]).toBe('/v1/devices')
    expect((await api.call('GET', '/')).status).toBe(404)
  })

  it('returns the methods that a path accepts', async () => {
    const answer = await api.call('PUT', '/v1/devices/123')
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE')
    expect(answer.json.detail).toContain('accepts GET, PATCH, DELETE')
    expect((await api.call('POST', '/healthz')).headers.get('allow')).toBe('GET')
  })

  it('refuses ids that are malformed', async () => {
    for (const id of ['abc', '1234567890123456', '-1', '%20']) {
      const { status, json } = await api.call('GET', `/v1/devices/${id}`)
      expect([status, json.errors?.[0]?.name]).toEqual([400, 'deviceId'])
    }
  })

  it('shows only the request id of an internal error', async () => {
    const lines: string[] = []
    const { call } = createReadingApp(
      { ...createFakeHistory(), readState: () => Promise.reject(new Error('secret table name')) },
      { log: createLog({}, (line) => lines.push(line)) },
    )
    const { status, text, json, headers } = await call('GET', '/v1/devices/1234567890')
    expect(status).toBe(500)
    expect(text).not.toContain('secret')
    expect(headers.get('x-request-id')).toBe(json.requestId)
    expect(lines.join()).toContain('secret table name')
    expect(lines.join()).toContain(json.requestId)
  })
})

describe('the first admin key', () => {
  it('follows a change of its secret within five minutes; a failed read keeps the previous key', async () => {
    let now = 0
    let secret: string | Error = 'old'
    let reads = 0
    const errors: string[] = []
    const read = async (): Promise<string> => {
      reads++
      if (secret instanceof Error) throw secret
      return secret
    }
    const fresh = createFreshSecret({
      read: () => readAdminKeyHash({ ADMIN_KEY_SECRET: 'id' }, read),
      now: () => now,
      log: { error: (message) => void errors.push(message) },
    })
    const noKeys = { find: async () => null }
    const authenticate = authenticateByKey(noKeys, fresh)
    const isAdmin = async (key: string) => (await authenticate(key)) !== null
    expect(await Promise.all([isAdmin('old'), isAdmin('new')])).toEqual([true, false])
    expect(reads).toBe(1)
    secret = new Error('throttled')
    now = 4.5 * 60_000
    expect(await isAdmin('old')).toBe(true)
    expect(errors).toHaveLength(1)
    secret = 'new'
    now = 5 * 60_000
    expect(await Promise.all([isAdmin('old'), isAdmin('new')])).toEqual([false, true])
  })

  it.each([
    ['a read that takes long', 20_000, 0],
    ['a clock that is set back', 0, -3_600_000],
  ])('follows a change of its secret within five minutes after %s', async (_, readMs, stepMs) => {
    let now = 10_000_000
    let secret = 'old'
    const fresh = createFreshSecret({
      read: async () => {
        const value = secret
        now += readMs
        return value
      },
      now: () => now,
      log: { error: () => {} },
    })
    expect(await fresh()).toBe('old')
    // The rotation comes right after the value was taken.
    const rotatedAt = now - readMs
    secret = 'new'
    now = rotatedAt + 5 * 60_000 - 1 - readMs + stepMs
    expect(await fresh()).toBe('new')
  })

  it('comes from the environment or from a secret, and the start fails without it', async () => {
    const noSecret = (): Promise<string> => Promise.reject(new Error('not to be read'))
    const given = await readAdminKeyHash({ ADMIN_KEY: 'k' }, noSecret)
    expect(await readAdminKeyHash({ ADMIN_KEY_SECRET: 'id' }, async () => 'k\n')).toEqual(given)
    await expect(readAdminKeyHash({}, noSecret)).rejects.toThrow('ADMIN_KEY or ADMIN_KEY_SECRET')
    await expect(readAdminKeyHash({ ADMIN_KEY_SECRET: 'id' }, noSecret)).rejects.toThrow('not to be read')
    await expect(readAdminKeyHash({ ADMIN_KEY_SECRET: 'id' }, async () => ' ')).rejects.toThrow('is empty')
  })
})
