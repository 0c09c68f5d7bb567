import { afterEach, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const ID = '9170000000'
let close = async (): Promise<void> => {}
afterEach(() => close())

async function api(parts: Parameters<typeof startApi>[0] = {}) {
  const started = await startApi(parts)
  close = started.close
  await started.call('POST', '/v1/devices', { body: { deviceId: ID } })
  return started
}
const relay = { host: 'gps.example.com', port: 8090, replies: 'harmless' }

describe('relay of a device', () => {
  it('is set, shown, audited and removed', async () => {
    const { call } = await api({ relay: { allowsPrivate: false } })
    const set = await call('PATCH', `/v1/devices/${ID}`, { body: { relay } })
    expect(set).toMatchObject({ status: 200, json: { relay } })
    expect((await call('GET', `/v1/devices/${ID}`)).json.relay).toEqual(relay)
    const audit = await call('GET', `/v1/audit?deviceId=${ID}`)
    const changed = audit.json.items.find(({ step }: { step: string }) => step === 'device-changed')
    expect(changed).toMatchObject({
      details: { fields: ['relay'], relay: 'gps.example.com:8090', replies: 'harmless' },
    })
    const taken = await call('PATCH', `/v1/devices/${ID}`, { body: { relay: null } })
    expect(taken.json.relay).toBeNull()
  })

  it('drops replies by default', async () => {
    const { call } = await api({ relay: { allowsPrivate: false } })
    const { json } = await call('PATCH', `/v1/devices/${ID}`, {
      body: { relay: { host: '9.9.9.9', port: 1 } },
    })
    expect(json.relay).toEqual({ host: '9.9.9.9', port: 1, replies: 'drop' })
  })

  it('is refused where relays are off, for one device and for each row of many', async () => {
    const { call, app } = await api()
    const refused = await call('PATCH', `/v1/devices/${ID}`, { body: { relay } })
    expect(refused).toMatchObject({ status: 403, json: { type: 'urn:h02:problem:relay-off' } })
    await expectDocumented(app, 'PATCH', '/v1/devices/{deviceId}', refused)
    const rows = await call('POST', '/v1/devices', { body: [{ deviceId: '1', relay }, { deviceId: '2' }] })
    expect(rows.json).toMatchObject({ created: ['2'], rejected: [{ line: 1, deviceId: '1' }] })
  })

  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
    '100.64.0.1',
  ])('to %s is refused unless private addresses are allowed', async (host) => {
    const { call } = await api({ relay: { allowsPrivate: false } })
    const refused = await call('PATCH', `/v1/devices/${ID}`, { body: { relay: { ...relay, host } } })
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ in: 'body', name: '/relay/host' }] } })
    await close()
    const allowing = await api({ relay: { allowsPrivate: true } })
    const allowed = await allowing.call('PATCH', `/v1/devices/${ID}`, { body: { relay: { ...relay, host } } })
    expect(allowed.status).toBe(200)
  })

  it.each([
    ['no host', { host: '' }],
    ['an URL', { host: 'http://gps.example.com' }],
    ['upper case', { host: 'GPS.example.com' }],
    ['an octal address', { host: '0177.0.0.1' }],
    ['port 0', { port: 0 }],
    ['no port', { port: undefined }],
    ['another rule', { replies: 'dangerous' }],
  ])('with %s is refused', async (_, fault) => {
    const { call } = await api({ relay: { allowsPrivate: true } })
    const refused = await call('PATCH', `/v1/devices/${ID}`, { body: { relay: { ...relay, ...fault } } })
    expect(refused).toMatchObject({ status: 400, json: { type: 'urn:h02:problem:invalid-request' } })
  })
})

describe('named commands', () => {
  const path = '/v1/named-commands/vendor-sleep'
  const template = '*HQ,{id},S99,{time},1#'

  it('are put, listed, changed and deleted, each audited', async () => {
    const { call, app } = await api()
    const put = await call('PUT', path, { body: { template, note: 'from the app' } })
    expect(put).toMatchObject({ status: 200, json: { name: 'vendor-sleep', template, note: 'from the app' } })
    await call('PUT', '/v1/named-commands/a', { body: { template: 'HELLO' } })
    await call('PUT', path, { body: { template } })
    const list = await call('GET', '/v1/named-commands')
    expect(list.json.items).toMatchObject([{ name: 'a' }, { name: 'vendor-sleep', note: null }])
    await expectDocumented(app, 'GET', '/v1/named-commands', list)
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('DELETE', path)).status).toBe(404)
    const { json } = await call('GET', '/v1/audit')
    const steps = json.items.map(({ step }: { step: string }) => step)
    expect(steps.filter((step: string) => step === 'command-named')).toHaveLength(3)
    expect(steps).toContain('command-name-deleted')
  })

  it.each([
    ['a cut', '*HQ,{id},S20,{time},1,1#', 'unsafe-bytes'],
    ['a cut with a password', '940{password}', 'unsafe-bytes'],
    ['a password', '8059876 20', 'unsafe-bytes'],
    ['a phone number', 'A1,+491701234567', 'unsafe-bytes'],
    ['an access point', '803{password} net.example.com anna geheim', 'unsafe-bytes'],
    ['a frame without its end', '*HQ,{id},S99', 'unsafe-bytes'],
    ['an unknown slot', 'X{imei}', 'invalid-request'],
    ['a control character', 'X\u0001', 'invalid-request'],
  ])('that hold %s are refused', async (_, bytes, type) => {
    const { call } = await api()
    const refused = await call('PUT', path, { body: { template: bytes } })
    expect(refused.json.type).toBe(`urn:h02:problem:${type}`)
    expect((await call('GET', '/v1/named-commands')).json.items).toEqual([])
  })

  it('with a placeholder for the password are accepted', async () => {
    const { call } = await api()
    expect((await call('PUT', path, { body: { template: '812{password} 5' } })).status).toBe(200)
  })
})
