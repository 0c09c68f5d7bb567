import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpReceiver } from '../../lambdas/notify/http-receiver.ts'
import { createSendToAll, type Outcome, type Receiver } from '../../lambdas/notify/send-to-all.ts'
import { readTarget, type NoticeTarget } from '../../lambdas/notify/targets.ts'
import { toRequest } from '../../lambdas/notify/to-request.ts'

const message = {
  subject: 'Device Alarm Raised sos 7',
  text: 'Device Alarm Raised sos 7\n\nlatitude: 52.5\n',
}
const event = {
  'detail-type': 'Device Alarm Raised',
  time: '2026-01-31T08:00:00Z',
  detail: { id: 'e', type: 'alarm.raised', deviceId: '7' },
}
const online = { ...event, detail: { ...event.detail, type: 'device.online' } }

const requireTarget = (text: string): NoticeTarget => {
  const target = readTarget(text)
  if ('problem' in target) throw new Error(target.problem)
  return target
}
const requestTo = (text: string) => {
  const { body, ...request } = toRequest(requireTarget(text), message, event)
  return { ...request, body: body.startsWith('{') ? JSON.parse(body) : body }
}

describe('an address', () => {
  it('leads to the request that each service documents', () => {
    expect(requestTo('ntfy://tk_secret@ntfy.sh/my-topic')).toEqual({
      url: 'https://ntfy.sh/my-topic',
      headers: { title: message.subject, priority: 'high', authorization: 'Bearer tk_secret' },
      body: 'latitude: 52.5',
    })
    expect(requestTo('ntfy+http://127.0.0.1:8090/t').url).toBe('http://127.0.0.1:8090/t')
    expect(requestTo('telegram://123456:ABC-def_9@-1001234567')).toMatchObject({
      url: 'https://api.telegram.org/bot123456:ABC-def_9/sendMessage',
      body: { chat_id: '-1001234567', text: message.text },
    })
    expect(requestTo('pushover://appToken@userKey')).toMatchObject({
      url: 'https://api.pushover.net/1/messages.json',
      body: {
        token: 'appToken',
        user: 'userKey',
        title: message.subject,
        message: 'latitude: 52.5',
        priority: 1,
      },
    })
    expect(requestTo('https://example.com/hook?a=1&events=alarm.raised')).toMatchObject({
      url: 'https://example.com/hook?a=1',
      body: { type: 'Device Alarm Raised', data: { deviceId: '7' } },
    })
  })

  it.each([
    'ntfy.sh/topic',
    'ntfy://ntfy.sh',
    'ntfy://ntfy.sh/a/b',
    'telegram://token@1',
    'telegram://1:a',
    'pushover://app',
    'mailto:a@b.c',
    'https://example.com/?events=alarm.rised',
  ])('that is wrong is refused with what would be right: %s', (text) => {
    expect(readTarget(text)).toEqual({ problem: expect.stringMatching(/expected (?:one|some) of/) })
  })

  it('wants no reconnects unless it says so', () => {
    const wants = (text: string) => createHttpReceiver(requireTarget(text)).wants
    expect(wants('ntfy://ntfy.sh/t')(event)).toBe(true)
    expect(wants('ntfy://ntfy.sh/t')(online)).toBe(false)
    expect(wants('ntfy://ntfy.sh/t?events=device.online')(online)).toBe(true)
    expect(wants('ntfy://ntfy.sh/t?events=device.online')(event)).toBe(false)
  })

  it('has a name without its secrets', () => {
    const addresses = [
      'ntfy://secret@ntfy.sh/secret',
      'telegram://1:secret@2',
      'pushover://secret@secret',
      'https://h/secret',
    ]
    for (const address of addresses) expect(requireTarget(address).name).not.toContain('secret')
  })
})

describe('a receiver', () => {
  const serve = async (status: number) => {
    const got: string[] = []
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => got.push(chunk.toString()))
      request.on('end', () => response.writeHead(status).end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    return {
      got,
      send: createHttpReceiver(requireTarget(`ntfy+http://127.0.0.1:${port}/secret`)).send,
      server,
    }
  }

  it('takes a notification', async () => {
    const { got, send } = await serve(200)
    expect(await send(message, event)).toBe('sent')
    expect(got).toEqual(['latitude: 52.5'])
  })

  it.each([401, 404])('that answers %i is not tried again', async (status) => {
    expect(await (await serve(status)).send(message, event)).toBe('refused')
  })

  it.each([429, 503])('that answers %i is, and the error holds no secret', async (status) => {
    const { send } = await serve(status)
    await expect(send(message, event)).rejects.toThrow(new RegExp(`^ntfy 127.0.0.1:\\d+ answered ${status}$`))
  })

  it('that does not answer is tried again', async () => {
    const { send, server } = await serve(200)
    server.close()
    await expect(send(message, event)).rejects.toThrow(/^ntfy 127\.0\.0\.1:\d+ does not answer$/)
  })
})

describe('several receivers', () => {
  const receiver = (name: string, outcomes: readonly (Outcome | 'fails')[], wants = true) => {
    const tries: string[] = []
    const made: Receiver = {
      name,
      wants: () => wants,
      send: async () => {
        const outcome = outcomes[tries.push(name) - 1] ?? 'fails'
        if (outcome === 'fails') throw new Error('down')
        return outcome
      },
    }
    return { made, tries }
  }
  const sendTo = (...receivers: readonly { readonly made: Receiver }[]) =>
    createSendToAll({
      receivers: receivers.map(({ made }) => made),
      metrics: { count: () => {} },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      pausesMs: [0, 0],
    })(message, event)

  it('each get it once, whatever the others do', async () => {
    const [well, late, down] = [
      receiver('well', ['sent']),
      receiver('late', ['fails', 'sent']),
      receiver('down', []),
    ]
    const uninterested = receiver('uninterested', ['sent'], false)
    await sendTo(well, late, down, uninterested)
    expect([well, late, down, uninterested].map(({ tries }) => tries.length)).toEqual([1, 2, 3, 0])
  })

  it('the bus repeats it when none could be reached', async () => {
    await expect(sendTo(receiver('a', []), receiver('b', []))).rejects.toThrow('no receiver could be reached')
  })

  it('a refusal is not repeated', async () => {
    await sendTo(receiver('a', ['refused']))
  })
})
