import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DECODER_VERSION } from '#h02'
import type { Command } from '#shared/domain/command.ts'
import { compareHistoryKeys, type HistoryRow } from '#shared/domain/device-state.ts'
import { frameSchema } from '../../lambdas/api/frames/schema.ts'
import { toFrame } from '../../lambdas/api/frames/to-frame.ts'
import { v1 } from '../ingest/events.ts'
import { expectDocumented } from './documented.ts'
import { createFakeCommands } from './command-fakes.ts'
import {
  callerWith,
  createFakeHistory,
  createReadingApp,
  createWalkingApp,
  oneDevice,
  someDevice,
} from './fakes.ts'
import { makeRow, someRows, start } from './rows.ts'

const PATH = '/v1/devices/1234567890/frames'
const text = (words: string): Uint8Array => Buffer.from(words, 'latin1')

const session: HistoryRow[] = [
  makeRow(text('192.0.2.7:4242'), { kind: 'opened', seq: 1, receivedAt: start, ack: 'none' }),
  makeRow(v1(start), { seq: 2, receivedAt: start + 100 }),
  makeRow(text('CXZT'), { kind: 'written', seq: 3, receivedAt: start + 200, ack: 'none' }),
  makeRow(text('*HQ,1234567890,SMS,ST906_TQ\nVOLT:13.1V\x01#'), { seq: 4, receivedAt: start + 300 }),
  makeRow(text('*HQ,1234567890,ZZZ,1,2#'), { seq: 5, receivedAt: start + 400, ack: 'none' }),
  makeRow(Buffer.from('2441060008262153213108150441939006074041830600000', 'hex'), {
    seq: 6,
    receivedAt: start + 500,
  }),
  makeRow(text('idle'), { kind: 'closed', seq: 7, receivedAt: start + 600, ack: 'none' }),
]

describe('frames', () => {
  it('show both directions and the events of the session, in order', async () => {
    const { app, call } = createReadingApp(createFakeHistory(session))
    const answer = await call('GET', `${PATH}?order=asc`)
    await expectDocumented(app, 'GET', '/v1/devices/{deviceId}/frames', answer)
    const { items, decoder } = answer.json
    expect(decoder).toBe(DECODER_VERSION)
    const lines = items.map((item: any) => [item.seq, item.direction, item.type, item.ack, item.reason])
    expect(lines).toEqual([
      [1, 'session', null, null, null],
      [2, 'up', 'V1', 'R12', null],
      [3, 'down', null, null, null],
      [4, 'up', 'SMS', 'R12', null],
      [5, 'up', 'ZZZ', 'none', 'unknown-type'],
      [6, 'up', '$', 'R12', expect.any(String)],
      [7, 'session', null, null, null],
    ])
    expect(items[0]).toMatchObject({ text: '192.0.2.7:4242', hex: null })
    expect(items[1].message.position).toMatchObject({ fixTime: '2026-01-10T12:00:00Z', valid: true })
    expect(items[1].message.status).toEqual({ word: 'FFFFBBFF', clear: ['acc-off', 'user-alarm'] })
    expect(items[2]).toMatchObject({ text: 'CXZT', hex: '43585a54' })
    expect(items[3].text).toBe('*HQ,1234567890,SMS,ST906_TQ\nVOLT:13.1V·#')
    expect(items[3].message.reply.result).toContain('VOLT:13.1V')
    expect(items[5].text).toBeNull()
  })

  it('include bytes that are not a frame, selected by type=rest', async () => {
    const rest = makeRow(text('SET OK'), { kind: 'rest', seq: 8, receivedAt: start + 700, ack: 'none' })
    const { call } = createReadingApp(createFakeHistory([...session, rest]))
    const { json } = await call('GET', `${PATH}?type=rest,SMS`)
    expect(json.items.map((item: any) => [item.kind, item.text])).toEqual([
      ['rest', 'SET OK'],
      ['frame', expect.stringContaining('ST906_TQ')],
    ])
  })

  it.each([
    ['type=V1,SMS', [4, 2]],
    ['type=$', [6]],
    ['type=ZZZ', [5]],
    ['direction=down', [3]],
    ['direction=down,session', [7, 3, 1]],
    ['direction=up&type=V1', [2]],
    ['from=2026-01-10T12:00:00.350Z', [7, 6, 5]],
  ])('are filtered by %s', async (query, seqs) => {
    const { call } = createReadingApp(createFakeHistory(session))
    const { json } = await call('GET', `${PATH}?${query}`)
    expect(json.items.map((item: any) => item.seq)).toEqual(seqs)
  })

  it('with an unknown direction are refused', async () => {
    const { call } = createReadingApp(createFakeHistory(session))
    const { status, json } = await call('GET', `${PATH}?direction=up,out`)
    expect([status, json.errors[0].detail]).toEqual([400, 'expected some of up,down,upstream,session'])
  })

  it('hide secrets, in bytes, text and decoded values, from a reader without the scope', async () => {
    const history = createFakeHistory([
      makeRow(text('8059876 20'), { kind: 'written', seq: 1 }),
      makeRow(text('*HQ,1234567890,SMS,UP:9876,U1:13912345678,APN:net.example.com,anna,geheim#'), { seq: 2 }),
      makeRow(text('*HQ,1234567890,V4,S1,OK,9876,130305,130306,V,,,,,0.00,0,100126,FFFFFBFF#'), { seq: 3 }),
    ])
    const secrets = ['9876', '13912345678', 'anna', 'geheim']
    const reader = await createReadingApp(history).call('GET', PATH)
    for (const secret of secrets) {
      expect(reader.text).not.toContain(secret)
      expect(reader.text).not.toContain(Buffer.from(secret).toString('hex'))
    }
    const items = reader.json.items as any[]
    expect(items.map(({ type }) => type)).toEqual(['V4', 'SMS', null])
    expect(items.find(({ type }) => type === 'SMS').message.reply.result).toContain('APN:net.example.com')
    expect(items.find(({ direction }) => direction === 'down').text).toMatch(/^805\*+ 20$/)

    const authenticate = async () => callerWith('read', 'secrets')
    const trusted = await createReadingApp(history, { authenticate }).call('GET', PATH)
    for (const secret of secrets) expect(trusted.text).toContain(secret)
  })

  it('are answered as documented for every vector, and for any bytes', () => {
    type Vector = { kind: string; input_text?: string; input_hex?: string }
    const file = new URL('../vectors/frames.json', import.meta.url)
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[]
    const frames = vectors.map(({ input_text, input_hex }) =>
      input_text === undefined ? Buffer.from(input_hex ?? '', 'hex') : text(input_text),
    )
    expect(frames.length).toBeGreaterThan(200)
    for (const raw of frames) frameSchema.parse(toFrame(makeRow(raw), null))
    const kinds = fc.constantFrom<HistoryRow['kind']>('frame', 'written', 'opened', 'closed')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), kinds, (raw, kind) => {
        frameSchema.parse(toFrame(makeRow(raw, { kind }), null))
      }),
    )
  })
})

describe('a registered password', () => {
  const known = ['4321', 'Tr0ub', 'dor-99']
  const odd = [
    '*HQ,1234567890,SMS,x4321y#',
    '*HQ,1234567890,SMS,GPRS UPLOAD TIME:4321#',
    '*HQ,1234567890,SMS,IP:1.2.3.4 4321#',
    '*HQ,1234567890,SMS,thanks, Tr0ub and dor-99#',
    '*HQ,1234567890,V4,D1,4321,65535,130305#',
    '*HQ,1234567890,ZZZ,4321#',
    '*HQ,1234567890,V1,PWD:4321#',
    'hello 4321',
  ]

  it('is hidden, like the secrets of commands, wherever a device sends it', async () => {
    const rows = odd.map((words, i) => makeRow(text(words), { seq: i + 1, receivedAt: start + i }))
    const fakes = createFakeCommands()
    const params = { apn: 'web', user: 'Tr0ub', apnPassword: 'dor-99' }
    const command = { intent: 'set-apn', params, raw: null } as unknown as Command
    const commands = { ...fakes.commands, list: async () => ({ commands: [command], next: null }) }
    const devices = oneDevice({ ...someDevice, password: '4321' })
    const hidden = createReadingApp(createFakeHistory(rows), { devices, commands })
    const answer = await hidden.call('GET', `${PATH}?order=asc`)
    expect(answer.json.items).toHaveLength(odd.length)
    for (const { hex } of answer.json.items) {
      const shown = Buffer.from(hex, 'hex').toString('latin1')
      expect(known.filter((secret) => shown.includes(secret))).toEqual([])
    }
    expect(known.filter((secret) => answer.text.includes(secret))).toEqual([])
  })

  it('is not searched for in positions', async () => {
    const frame =
      '*HQ,1234567890,V1,104321,A,2234.4321,N,11354.4321,E,43.21,321,160716,FFFFFBFF,460,00,4321,4321#'
    const devices = oneDevice({ ...someDevice, password: '4321' })
    const { call } = createReadingApp(createFakeHistory([makeRow(text(frame))]), { devices })
    expect((await call('GET', PATH)).json.items[0].text).toBe(frame)
  })
})

describe('pages of frames', () => {
  const get = createWalkingApp()
  const walk = async (query: string, history: ReturnType<typeof createFakeHistory>, between = () => {}) => {
    const seqs: number[] = []
    let next: string | null = `${PATH}?${query}`
    while (next) {
      const { json } = await get(history, next)
      seqs.push(...json.items.map((item: { seq: number }) => item.seq))
      next = json.next
      between()
    }
    return seqs
  }

  it('return each row once, in order, also while new rows arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRows({ maxLength: 40 }),
        someRows({ maxLength: 20, firstSeq: 1000 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('asc' as const, 'desc' as const),
        async (rows, later, limit, order) => {
          const history = createFakeHistory([...rows])
          const found = await walk(`limit=${limit}&order=${order}`, history, () => {
            history.rows.push(...later.splice(0, 2))
          })
          const sorted = [...rows].sort(compareHistoryKeys).map((row) => row.seq)
          expect(new Set(found).size).toBe(found.length)
          expect(found.filter((seq) => seq < 1000)).toEqual(order === 'asc' ? sorted : sorted.toReversed())
        },
      ),
      { numRuns: 150 },
    )
  })

  it('stay far below the answer limit of Lambda, however large the frames', async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) =>
      makeRow(text(`*HQ,1234567890,ZZ${'\x02'.repeat(4_000)}#`), { seq: i, receivedAt: start + i }),
    )
    const history = createFakeHistory(rows)
    const { call } = createReadingApp(history)
    const { text: body, json } = await call('GET', `${PATH}?limit=1000`)
    expect(json.items.length).toBeLessThan(1_000)
    expect(JSON.stringify(body).length).toBeLessThan(6_000_000)
    expect(await walk('limit=1000', history)).toHaveLength(1_000)
  })
})
