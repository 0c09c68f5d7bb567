import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReadChannelTarget } from '#shared/store/webhook-secrets.ts'
import { MAX_CHANNELS } from '#shared/store/notice-channels.ts'
import { ignoresQuietHours } from '#shared/domain/notices/rule.ts'
import { readConsoleConfig } from '../../lambdas/api/site/config.ts'
import { startApi } from './fakes.ts'

let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi()
  await api.call('POST', '/v1/devices', {
    body: [{ deviceId: '1', labels: { fleet: 'n' } }, { deviceId: '2' }],
  })
})
afterAll(() => api?.close())

const make = async (path: string, body: unknown, key?: string) =>
  api.call('POST', path, { body, ...(key !== undefined && { key }) })
const ntfy = { kind: 'ntfy', topic: 'secret-topic', token: 'tk_secret' }
const addChannel = async (more: object = {}, key?: string): Promise<string> => {
  const { status, json } = await make('/v1/notice-channels', { name: 'Phone', target: ntfy, ...more }, key)
  expect(status, JSON.stringify(json)).toBe(201)
  return json.channelId
}
const ruleBody = (channelId: string, more: object = {}) => ({
  name: 'My car',
  on: ['alarm.raised:sos'],
  channels: [channelId],
  ...more,
})

describe('channels of notices', () => {
  it.each([
    [{ kind: 'ntfy', topic: 'abcdef-topic', token: 'tk_secret' }, 'ntfy.sh', ['abcdef-topic', 'tk_secret']],
    [{ kind: 'telegram', botToken: '123:ABCdef', chat: '-100' }, 'chat -100', ['ABCdef']],
    [
      { kind: 'pushover', appToken: 'appToken1', userKey: 'userKey1' },
      'pushover.net',
      ['appToken1', 'userKey1'],
    ],
    [{ kind: 'webhook', url: 'https://hooks.example.com/path-secret' }, 'hooks.example.com', ['path-secret']],
  ])('never show what is secret: %j', async (target, where, secrets) => {
    const { status, text, json } = await make('/v1/notice-channels', { name: 'Phone', target })
    expect([status, json.where, json.kind]).toEqual([201, where, target.kind])
    const path = `/v1/notice-channels/${json.channelId}`
    const listed = await api.call('GET', '/v1/notice-channels')
    const changed = await api.call('PATCH', path, { body: { name: 'Other' } })
    const audit = await api.call('GET', '/v1/audit')
    for (const secret of secrets) {
      for (const shown of [text, (await api.call('GET', path)).text, listed.text, changed.text, audit.text])
        expect(shown).not.toContain(secret)
    }
    const stored = await createReadChannelTarget(api)(json.channelId)
    expect(JSON.stringify(stored)).toContain(secrets[0])
  })

  it('are given a new target only as a whole', async () => {
    const channelId = await addChannel()
    const target = { kind: 'webhook', url: 'https://hooks.example.com/new' }
    const { json } = await api.call('PATCH', `/v1/notice-channels/${channelId}`, { body: { target } })
    expect(json).toMatchObject({ kind: 'webhook', where: 'hooks.example.com', name: 'Phone' })
    expect(await createReadChannelTarget(api)(channelId)).toEqual(target)
  })

  it.each([
    [{ kind: 'ntfy', topic: 'a b' }, /topic/],
    [{ kind: 'ntfy', topic: 't', server: 'http://127.0.0.1' }, /--webhook-private/],
    [{ kind: 'ntfy', topic: 't', server: 'https://ntfy.sh/?x=' }, /without a query/],
    [{ kind: 'webhook', url: 'https://127.0.0.1/x' }, /--webhook-private/],
    [{ kind: 'webhook', url: 'https://me:pass@hooks.example.com/' }, /user name/],
    [{ kind: 'email', address: 'me@example.com' }, /SNS, which this installation does not have; use ntfy/],
    [{ kind: 'sms' }, /target/],
  ])('refuse %j', async (target, reason) => {
    const { status, json } = await make('/v1/notice-channels', { name: 'Phone', target })
    expect(status).toBe(400)
    expect(json.detail).toMatch(reason)
  })

  it('answer a test with the response of the receiver, and include the ones of the command line', async () => {
    const channelId = await addChannel()
    const { status, json } = await make(`/v1/notice-channels/${channelId}/test`, undefined)
    expect([status, json.outcome, json.type, json.answer]).toEqual([200, 'delivered', 'notice.test', 'ok'])
    const { json: list } = await api.call('GET', '/v1/notice-channels')
    expect(list.fromCommandLine).toEqual([{ kind: 'ntfy', name: 'ntfy ntfy.sh', events: ['alarm.raised'] }])
  })

  it.each([
    ['a topic', { NOTICE_TOPIC_ARN: 'arn:aws:sns:eu-central-1:1:h02-test-notices' }, true],
    ['no topic', {}, false],
  ])('are offered as e-mail by the console if there is %s', (_, env, sendsMail) => {
    expect(readConsoleConfig('test', env)).toMatchObject({ sendsMail })
  })

  it('cannot be deleted while a rule uses them', async () => {
    const channelId = await addChannel()
    const { json: rule } = await make('/v1/notice-rules', ruleBody(channelId))
    const path = `/v1/notice-channels/${channelId}`
    const refused = await api.call('DELETE', path)
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(rule.ruleId)])
    await api.call('DELETE', `/v1/notice-rules/${rule.ruleId}`)
    expect((await api.call('DELETE', path)).status).toBe(204)
    expect((await api.call('GET', path)).status).toBe(404)
    expect(await createReadChannelTarget(api)(channelId)).toBeNull()
  })

  it('are limited in number, and are not listed among webhooks', async () => {
    const other = await startApi()
    for (let i = 0; i < MAX_CHANNELS; i++)
      await other.call('POST', '/v1/notice-channels', { body: { name: `${i}`, target: ntfy } })
    const { status, json } = await other.call('POST', '/v1/notice-channels', {
      body: { name: 'x', target: ntfy },
    })
    expect([status, json.detail]).toEqual([409, 'expected at most 50 channels'])
    expect((await other.call('GET', '/v1/webhooks')).json.items).toEqual([])
    await other.close()
  })
})

describe('rules of notices', () => {
  it('are made with defaults, changed field by field, and deleted', async () => {
    const channelId = await addChannel()
    const quietHours = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' }
    const { status, json: made } = await make(
      '/v1/notice-rules',
      ruleBody(channelId, { deviceIds: ['1'], quietHours }),
    )
    expect(status).toBe(201)
    expect(made).toMatchObject({
      deviceIds: ['1'],
      labels: null,
      places: null,
      debounceMinutes: 5,
      enabled: true,
      quietHours: {
        ...quietHours,
        days: null,
        except: ignoresQuietHours,
      },
    })
    const path = `/v1/notice-rules/${made.ruleId}`
    const { json: changed } = await api.call('PATCH', path, {
      body: { quietHours: null, deviceIds: null, labels: { fleet: 'n' }, enabled: false },
    })
    expect(changed).toMatchObject({
      quietHours: null,
      deviceIds: null,
      labels: { fleet: 'n' },
      enabled: false,
      on: made.on,
    })
    expect((await api.call('GET', path)).json).toEqual(changed)
    expect((await api.call('DELETE', path)).status).toBe(204)
    expect((await api.call('GET', path)).status).toBe(404)
  })

  it('are written in English unless they have a format, which is replaced as a whole', async () => {
    const channelId = await addChannel()
    const { json: plain } = await make('/v1/notice-rules', ruleBody(channelId))
    expect(plain.format).toBeNull()
    const format = { language: 'de', units: 'imperial', timeZone: 'Europe/Berlin' }
    const { json: made } = await make('/v1/notice-rules', ruleBody(channelId, { format }))
    expect(made.format).toEqual(format)
    const path = `/v1/notice-rules/${made.ruleId}`
    expect((await api.call('GET', path)).json.format).toEqual(format)
    const renamed = await api.call('PATCH', path, { body: { name: 'Ours' } })
    expect(renamed.json.format).toEqual(format)
    const changed = await api.call('PATCH', path, { body: { format: { language: 'de' } } })
    expect(changed.json.format).toEqual({ language: 'de', units: 'metric', timeZone: null })
  })

  it.each([
    [{ format: { language: 'fr' } }, /\/format\/language/],
    [{ format: { timeZone: 'Mars/Base' } }, /IANA time zone/],
    [{ on: ['alarm.raised:typo'] }, /\/on\/0/],
    [{ on: ['notifications.held-back'] }, /\/on\/0/],
    [{ on: [] }, /\/on/],
    [{ channels: ['nc_000000000000'] }, /no channel nc_000000000000/],
    [{ quietHours: { from: '22:00', to: '22:00', timeZone: 'UTC' } }, /another time than from/],
    [{ quietHours: { from: '25:00', to: '06:00', timeZone: 'UTC' } }, /time of day/],
    [{ quietHours: { from: '22:00', to: '06:00', timeZone: 'Mars/Base' } }, /IANA time zone/],
    [{ debounceMinutes: 0 }, /debounceMinutes/],
  ])('refuse %j', async (more, reason) => {
    const { status, json } = await make('/v1/notice-rules', ruleBody(await addChannel(), more))
    expect(status).toBe(400)
    expect(json.detail).toMatch(reason)
  })

  it('of a limited key apply to its devices only, and it sees no other rules', async () => {
    const body = { scopes: ['admin'], devices: { labels: { fleet: 'n' } } }
    const { json: made } = await api.call('POST', '/v1/keys', { body })
    const foreign = await addChannel()
    const { json: foreignRule } = await make('/v1/notice-rules', ruleBody(foreign))
    const own = await addChannel({}, made.key)
    const { json: rule } = await make('/v1/notice-rules', ruleBody(own), made.key)
    expect((await make('/v1/notice-rules', ruleBody(foreign), made.key)).status).toBe(400)
    const channels = await api.call('GET', '/v1/notice-channels', { key: made.key })
    expect(channels.json.items.map(({ channelId }: any) => channelId)).toEqual([own])
    expect(channels.json.fromCommandLine).toEqual([])
    const rules = await api.call('GET', '/v1/notice-rules', { key: made.key })
    expect(rules.json.items.map(({ ruleId }: any) => ruleId)).toEqual([rule.ruleId])
    const seen = await api.call('GET', `/v1/notice-rules/${foreignRule.ruleId}`, { key: made.key })
    expect(seen.status).toBe(404)
  })

  it('require the scope admin, and are audited', async () => {
    const { json: made } = await api.call('POST', '/v1/keys', { body: { scopes: ['read', 'command'] } })
    expect((await api.call('GET', '/v1/notice-rules', { key: made.key })).status).toBe(403)
    const { json } = await api.call('GET', '/v1/audit?limit=100')
    const steps = new Set(json.items.map(({ step }: any) => step))
    for (const step of [
      'notice-channel-made',
      'notice-rule-made',
      'notice-rule-changed',
      'notice-rule-deleted',
    ])
      expect(steps).toContain(step)
  })
})
