import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpReceiver } from '../../lambdas/notify/http-receiver.ts'
import { createSendToAll, type Outcome, type Receiver } from '../../lambdas/notify/send-to-all.ts'
import { readTarget, type NoticeTarget } from '../../lambdas/notify/targets.ts'
import { toRequest } from '#shared/notices/to-request.ts'
import { silent } from '../silent-log.ts'

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
  const { body, ...request } = toRequest(
    requireTarget(text),
    {
      title: message.subject,
      text: message.text,
      isUrgent: true,
      about: event['detail-type'],
      data: event.detail,
    },
    event.time,
  )
  return { ...request, body: body.startsWith('{') ? JSON.parse(body) : body }
}

describe('the address of a receiver of notifications', () => {
  it('results in the request that each service documents', () => {
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
  ])('that is wrong is refused, with what would be accepted: %s', (text) => {
    expect(readTarget(text)).toEqual({ problem: expect.stringMatching(/expected (?:one|some) of/) })
  })

  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`
  it.each([
    ['ntfy://ntfy.sh/t', undefined],
    ['ntfy://tk_a@ntfy.sh/t', 'Bearer tk_a'],
    ['ntfy://me:secret@ntfy.sh/t', basic('me:secret')],
    ['ntfy+http://me:100%25@127.0.0.1/t', basic('me:100%')],
    ['https://me:secret@example.com/hook', basic('me:secret')],
    ['http://me@127.0.0.1/hook', basic('me:')],
    ['https://:secret@example.com/hook', basic(':secret')],
    ['https://m%C3%BCller:a%3Ab@example.com/hook', basic('müller:a:b')],
    ['https://example.com/hook', undefined],
  ])('sends a user and a password in a header, because fetch refuses them in a URL: %s', (text, header) => {
    const { url, headers } = requestTo(text)
    expect(headers.authorization).toBe(header)
    expect(() => new Request(url)).not.toThrow()
  })

  const schemes = [
    ['ntfy', 'ntfy.sh/t'],
    ['ntfy+http', '127.0.0.1/t'],
    ['telegram', '1'],
    ['pushover', 'user'],
    ['http', '127.0.0.1/x'],
    ['https', 'example.com/x'],
  ] as const
  const bad = ['u:secret100%', 'secret100%', 'u:secret%zz', 'secret%ff:p', 'a%0Asecret', 'secret%3A:p']
  it.each(schemes.flatMap(([scheme, rest]) => bad.map((login) => [`${scheme}://${login}@${rest}`])))(
    'with a bad user or password is refused in words that do not repeat it, or is sent: %s',
    (text) => {
      const target = readTarget(text)
      if ('problem' in target) expect(target.problem).not.toMatch(/secret/)
      else expect(() => new Request(requestTo(text).url, { headers: requestTo(text).headers })).not.toThrow()
    },
  )

  it.each([
    ['https://u:100%@host/x', /write it as %25/],
    ['ntfy://a%20b@ntfy.sh/t', /a token of ASCII characters/],
    ['https://a%3Ab:c@host/x', /without a colon/],
    ['pushover://app:password@user', /expected one of/],
  ])('says what is wrong with %s', (text, reason) => {
    expect(readTarget(text)).toEqual({ problem: expect.stringMatching(reason) })
  })

  it('gets no reconnects unless it asks for them', () => {
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

describe('the text of a notice', () => {
  /** The limits that the services document. */
  const services: readonly [name: string, address: string, max: number, unit: 'bytes' | 'characters'][] = [
    ['ntfy', 'ntfy://ntfy.sh/t', 4_096, 'bytes'],
    ['telegram', 'telegram://1:a@2', 4_096, 'characters'],
    ['pushover', 'pushover://app@user', 1_024, 'characters'],
  ]
  const textIn = (address: string, text: string): string => {
    const { body } = toRequest(
      requireTarget(address),
      { title: 'Van 3', text, isUrgent: false, about: null, data: {} },
      event.time,
    )
    if (!body.startsWith('{')) return body
    const { message: given, text: sent } = JSON.parse(body)
    return given ?? sent
  }
  const letters = ['a', 'ü', '中', '😀']
  it.each(services.flatMap((service) => letters.map((letter) => [...service, letter] as const)))(
    'fits into %s: %s, at most %i %s, of %s',
    (_, address, max, unit, letter) => {
      const sizeOf = (text: string) => (unit === 'bytes' ? Buffer.byteLength(text) : text.length)
      const sent = textIn(address, letter.repeat(5_000))
      expect(sizeOf(sent)).toBeLessThanOrEqual(max)
      expect(sizeOf(sent)).toBeGreaterThan(max - 8)
      expect(sent).toMatch(new RegExp(`^(?:Van 3\\n)?(?:${letter})+…$`, 'u'))
      const short = letter.repeat(100)
      expect(textIn(address, short).endsWith(short)).toBe(true)
    },
  )
})

describe('a receiver of notifications', () => {
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

  it('gets a notification', async () => {
    const { got, send } = await serve(200)
    expect(await send(message, event)).toBe('sent')
    expect(got).toEqual(['latitude: 52.5'])
  })

  it.each([401, 404])('that answers %i is not retried', async (status) => {
    expect(await (await serve(status)).send(message, event)).toBe('refused')
  })

  it.each([429, 503])('that answers %i is retried, and the error contains no secret', async (status) => {
    const { send } = await serve(status)
    await expect(send(message, event)).rejects.toThrow(new RegExp(`^ntfy 127.0.0.1:\\d+ answered ${status}$`))
  })

  it('that does not answer is retried', async () => {
    const { send, server } = await serve(200)
    server.close()
    await expect(send(message, event)).rejects.toThrow(/^ntfy 127\.0\.0\.1:\d+ does not answer$/)
  })
})

describe('several receivers of notifications', () => {
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
      log: silent,
      pausesMs: [0, 0],
    })(message, event)

  it('each get a notification once, whatever the others do', async () => {
    const [well, late, down] = [
      receiver('well', ['sent']),
      receiver('late', ['fails', 'sent']),
      receiver('down', []),
    ]
    const uninterested = receiver('uninterested', ['sent'], false)
    await sendTo(well, late, down, uninterested)
    expect([well, late, down, uninterested].map(({ tries }) => tries.length)).toEqual([1, 2, 3, 0])
  })

  it('make the bus repeat it when none could be reached', async () => {
    await expect(sendTo(receiver('a', []), receiver('b', []))).rejects.toThrow('no receiver could be reached')
  })

  it('are not tried again after a refusal', async () => {
    const refusing = receiver('a', ['refused', 'sent'])
    await sendTo(refusing, receiver('b', ['sent']))
    expect(refusing.tries).toHaveLength(1)
  })
})
