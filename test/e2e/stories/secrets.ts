import { expect, it, onTestFinished } from 'vitest'
import { dialMqtt, listenTo } from '../../local/mqtt-client.ts'
import { call, until } from '../harness.ts'
import { closeShared, system } from '../shared-system.ts'

const DEVICE_ID = '9170000651'

/** Unique digits: no time begins with 73 or 86, and no coordinate has eleven digits. */
const tracker = {
  password: '731946',
  phones: ['38651777001', '38651777002', '+38651777003'],
  apn: 'internet.example.com',
  apnUser: 'qzuserA7x',
  apnPassword: 'qzpassB8y',
}
const ordered = {
  newPassword: '864297',
  ownerPhone: '38651777101',
  typedPhone: '38651777102',
  unknownPhone: '38651777103',
  sosPhone: '38651777104',
  textApnUser: 'qzuserC9z',
  textApnPassword: 'qzpassD4w',
  apnUser: 'qzuserE5v',
  apnPassword: 'qzpassF6u',
}
const { phones, apn: _notSecret, ...others } = tracker
const planted: readonly string[] = [
  ...phones.map((phone) => phone.replace('+', '')),
  ...Object.values(others),
  ...Object.values(ordered),
]
/** It is refused, so no tracker receives it. */
const MISTYPED = '38651777199x'

/** What was answered to keys that may not see secrets. */
const answers: string[] = []
const keep = (body: unknown): void => void answers.push(JSON.stringify(body))
export function secrets(): void {
  it('secrets appear only in stored frames: in no log, event, live message or masked answer', async () => {
    const { key } = await system.makeKey(['read', 'command', 'command:raw', 'admin'])
    const masked = async (method: string, path: string, body?: unknown): Promise<any> => {
      const answer = await system.request(method, path, { body, apiKey: key })
      keep(answer.body)
      return answer.body
    }
    const maskedPages = (path: string): Promise<any[]> => pagesOf(path, key, keep)
    const order = async (body: object): Promise<any> =>
      system.ended(await masked('POST', system.pathOf(DEVICE_ID), { queue: true, ...body }))

    await masked('POST', '/v1/devices', { deviceId: DEVICE_ID, model: 'ST-906L', password: tracker.password })
    await system.drive('st906l', DEVICE_ID, { secrets: tracker })
    const live = await masked('POST', `/v1/devices/${DEVICE_ID}/live`, {})
    const watcher = await dialMqtt(system.embedded.iot.mqttEndpoint, live.clientId, { url: live.url })
    onTestFinished(() => void watcher.end(true))
    const heard = listenTo(watcher)
    await watcher.subscribeAsync(live.topic)

    const restartUntilItReports = async (): Promise<void> => {
      for (;;) {
        await order({ intent: 'restart' })
        const { reply } = await order({ intent: 'read-config' })
        if (reply !== null) return
      }
    }
    await order({ intent: 'interval-on', params: { seconds: 20 }, dialect: 'text' })
    await restartUntilItReports()
    const { ownerPhone, typedPhone, unknownPhone, sosPhone, newPassword } = ordered
    await order({ intent: 'set-owner-phone', params: { phone: ownerPhone, slot: 1 }, confirm: true })
    await order({ raw: `${typedPhone}${tracker.password} 2`, confirm: true })
    // Refused until an ack has ended the text before it: unknown bytes could join with that.
    for (let verdict = 'undelivered'; verdict === 'undelivered';) {
      ;({ verdict } = await order({ raw: `ZZTOP${tracker.password} ${unknownPhone}`, confirm: true }))
    }
    await order({ intent: 'set-sos-phones', params: { phone: sosPhone }, confirm: true })
    await order({
      intent: 'set-apn',
      params: { apn: 'a.example.com', user: ordered.textApnUser, apnPassword: ordered.textApnPassword },
      dialect: 'text',
      confirm: true,
    })
    await order({
      intent: 'set-apn',
      params: { apn: 'b.example.com', user: ordered.apnUser, apnPassword: ordered.apnPassword },
      dialect: 'h02',
      confirm: true,
    })
    await order({ intent: 'read-phones', dialect: 'text' })
    await order({ intent: 'set-password', params: { newPassword }, dialect: 'text', confirm: true })
    await masked('PATCH', `/v1/devices/${DEVICE_ID}`, { password: newPassword })
    await order({ intent: 'read-config' })
    const refused = await masked('POST', system.pathOf(DEVICE_ID), {
      intent: 'set-owner-phone',
      params: { phone: MISTYPED, slot: 1 },
    })
    expect(refused.type).toBe('urn:h02:problem:invalid-request')
    await masked('POST', `/v1/devices/${DEVICE_ID}/probe`)
    await until(
      () => masked('GET', `/v1/devices/${DEVICE_ID}/probe`),
      ({ state }) => state === 'done',
    )

    // The record holds them all.
    const { key: seeing } = await system.makeKey(['read', 'secrets'])
    const frames = `/v1/devices/${DEVICE_ID}/frames`
    const stored = await until(
      async () => textOf(await pagesOf(frames, seeing)),
      (text) => planted.every((secret) => text.includes(secret)),
    )
    expect(stored).toContain(`UP:${newPassword}`)

    // Proves that each place that is searched below contained a hidden secret.
    const shown = textOf(await maskedPages(frames))
    expect(shown).toContain('UP:****')
    expect(shown).toContain('805**** 20')
    await until(
      async () => heard.join('\n'),
      (text) => text.includes(hexOf('UP:****')) && text.includes(hexOf('777****')),
    )
    const commands = await maskedPages(system.pathOf(DEVICE_ID))
    expect(JSON.stringify(commands)).toContain('****')
    for (const path of [
      ...commands.map(({ commandId }) => system.pathOf(DEVICE_ID, commandId)),
      `/v1/devices/${DEVICE_ID}`,
      `/v1/devices/${DEVICE_ID}/catalogue`,
      `/v1/devices/${DEVICE_ID}/audit`,
      '/v1/devices',
      `/v1/devices/${DEVICE_ID}/positions`,
      '/v1/evidence?model=ST-906L',
      '/v1/positions',
      '/v1/unknown-devices',
      '/v1/keys',
    ]) {
      await masked('GET', path)
    }
    expect(answers.filter((answer) => answer.includes('"timeline":[{'))).not.toEqual([])
    await until(
      async () => system.events.filter(({ detail }) => detail.commandId !== undefined),
      (reported) =>
        commands.every(({ commandId }) => reported.some(({ detail }) => detail.commandId === commandId)),
    )
    // A gateway reports its counts at its end at the latest.
    await watcher.endAsync()
    await closeShared()
    const logs = await until(
      async () => system.lines.join('\n'),
      (text) =>
        text.includes('_aws') && text.includes('CommandsWritten') && text.includes('CommandsConcluded'),
    )
    const places = {
      logs,
      events: JSON.stringify(system.events),
      live: heard.join('\n'),
      answers: answers.join('\n'),
    }
    const leaks = Object.entries(places).flatMap(([place, text]) =>
      [...planted, MISTYPED].flatMap((secret) =>
        findSecret(text, secret).map((around) => ({ place, secret, around })),
      ),
    )
    expect(leaks).toEqual([])
  })
}

async function pagesOf(
  path: string,
  apiKey: string,
  onPage: (body: unknown) => void = () => {},
): Promise<any[]> {
  const items: any[] = []
  for (let cursor: string | null = null; ;) {
    const query = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await call(system.embedded, path + query, {
      headers: { authorization: `Bearer ${apiKey}` },
    })
    expect(status).toBe(200)
    onPage(body)
    items.push(...body.items)
    cursor = body.nextCursor
    if (cursor === null) return items
  }
}

const textOf = (frames: readonly { hex: string | null }[]): string =>
  frames.map(({ hex }) => Buffer.from(hex ?? '', 'hex').toString('latin1')).join('\n')
const hexOf = (text: string): string => Buffer.from(text).toString('hex')

/** As text, as hex, and as base64 where enough of it fills whole groups, whose bounds may fall anywhere. */
const formsOf = (secret: string): string[] => [
  secret,
  hexOf(secret),
  hexOf(secret).toUpperCase(),
  ...[0, 1, 2]
    .map((before) => {
      const groups = Math.floor((before + secret.length) / 3)
      const base64 = Buffer.from('-'.repeat(before) + secret).toString('base64')
      return base64.slice(before === 0 ? 0 : 4, groups * 4)
    })
    .filter((form) => form.length >= 8),
]

/** Where it stands, with some of what is around it. Times in ms and calculated places have digits that mean nothing. */
function findSecret(text: string, secret: string): string[] {
  const searched = text.replace(/\b1\d{12}\b|\d\.\d{5,}/g, '~')
  return formsOf(secret).flatMap((form) => {
    const at = searched.indexOf(form)
    return at < 0 ? [] : [searched.slice(Math.max(0, at - 120), at + form.length + 60)]
  })
}
