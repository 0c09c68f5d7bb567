import { describe, expect, it } from 'vitest'
import { carriesSecret, commandSecrets, deviceSecrets, type SecretBearing } from '#h02/catalogue/index.ts'
import { toBytes } from './commands.ts'

const intent = (name: string, params = {}, dialect: SecretBearing['dialect'] = 'auto'): SecretBearing => ({
  intent: name,
  params,
  raw: null,
  dialect,
})
const raw = (text: string): SecretBearing => ({
  intent: 'raw',
  params: {},
  raw: toBytes(text),
  dialect: 'text',
})

describe('carriesSecret', () => {
  it.each<[string, SecretBearing, string | null, boolean]>([
    ['text with a registered password', intent('interval-on', { seconds: 20 }), '4321', true],
    ['text with the factory password', intent('interval-on', { seconds: 20 }), '0000', false],
    ['text without a known password', intent('interval-on', { seconds: 20 }), null, false],
    ['a text without a password slot', intent('read-status'), '4321', false],
    ['the h02 dialect', intent('interval', { seconds: 60, count: 65_535 }, 'h02'), '4321', false],
    ['a new password', intent('set-password', { newPassword: '1234' }), '0000', true],
    ['access data', intent('set-apn', { apn: 'web', user: 'bob', apnPassword: 'x1y2' }), null, true],
    ['an access point alone', intent('set-apn', { apn: 'web' }), null, false],
    ['a phone number', intent('set-master-phone', { phone: '+4915112345678' }), null, true],
    ['raw, another password', raw('8054321 20'), '0000', true],
    ['raw, the factory password', raw('8050000 20'), '4321', false],
    ['raw, the factory password and a long number', raw('8050000 18000'), '4321', false],
    ['raw, the factory password and three digits', raw('8090000 300'), null, false],
    ['raw, words', raw('CXZT'), '4321', false],
    ['raw, the registered password in unknown words', raw('FOO 4321'), '4321', true],
    ['raw, access data', raw('8030000 web bob x1y2'), '0000', true],
    ['raw, a password frame', raw('*HQ,9170000000,S1,010203,0000,1234#'), '0000', true],
    ['raw, a phone list', raw('101#612345789#'), null, true],
    ['raw, another family', raw('APN,web,bob,x1y2#'), null, true],
  ])('%s', (_, command, password, expected) => {
    expect(carriesSecret(command, password)).toBe(expected)
  })
})

it('the secrets of a command are its secret parameters, including typed ones', () => {
  expect(commandSecrets(intent('set-apn', { apn: 'web', user: 'bob', apnPassword: 'x1y2' }))).toEqual([
    'bob',
    'x1y2',
  ])
  expect(commandSecrets(raw('77712344321'))).toEqual(expect.arrayContaining(['1234', '4321']))
  expect(commandSecrets(raw('8050000 20'))).toEqual([])
})

it('the factory password is not a secret of a device', () => {
  expect([null, '0000', '4321'].map(deviceSecrets)).toEqual([[], [], ['4321']])
})
