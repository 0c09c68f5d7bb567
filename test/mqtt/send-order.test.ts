import { expect, it } from 'vitest'
import type { ApiClient } from '../../cdk/tools/api-client.ts'
import type { Level } from '../../cdk/mqtt/options.ts'
import { sendOrder, type Reply } from '../../cdk/mqtt/send-order.ts'

type Answer = { status: number; body: object }
const command = (more: object) => ({
  commandId: '0mfhq3k2v0a1b2c3',
  state: 'queued',
  verdict: null,
  reply: null,
  waitingFor: null,
  conclusion: null,
  ...more,
})

/** Sends an order to an API that answers in this order; what it was asked and what was reported. */
async function send(
  answers: Answer[],
  { level = 'reads', polls = 9 }: { level?: Level; polls?: number } = {},
) {
  const asked: any[] = []
  const reported: Reply[] = []
  const next = (_: string, init: { body?: unknown }) => {
    asked.push(init.body)
    const { status, body } = answers.shift()!
    return Promise.resolve({ response: { status }, ...(status < 400 ? { data: body } : { error: body }) })
  }
  await sendOrder(
    { typed: 'read-status', body: { intent: 'read-status', params: {} } },
    {
      api: { POST: next, GET: next } as unknown as ApiClient,
      deviceId: '917',
      level,
      report: (reply) => void reported.push(reply),
      wait: () => Promise.resolve(polls-- > 0),
      now: () => 0,
    },
  )
  expect(answers).toEqual([])
  return { asked, reported }
}

it('send order: reports each change, up to the verdict', async () => {
  const { reported, asked } = await send([
    { status: 202, body: command({ waitingFor: { what: 'device', until: '' } }) },
    { status: 200, body: command({ waitingFor: { what: 'device', until: '' } }) },
    {
      status: 200,
      body: command({
        state: 'concluded',
        verdict: 'answered',
        reply: { text: 'OK', facts: { voltage: 12 } },
      }),
    },
  ])
  expect(asked[0]).toEqual({ intent: 'read-status', params: {}, expiresInSeconds: 600 })
  expect(reported).toEqual([
    expect.objectContaining({ state: 'queued', waiting_for: 'device', command: 'read-status' }),
    expect.objectContaining({
      state: 'concluded',
      verdict: 'answered',
      reply: 'OK',
      facts: { voltage: 12 },
      waiting_for: null,
    }),
  ])
})

const sensitive = {
  status: 422,
  body: { title: 'Confirm', detail: 'it needs a confirmation', danger: 'sensitive' },
}
const concluded = { status: 202, body: command({ state: 'concluded', verdict: 'answered' }) }

it('send order: confirms a sensitive command only where that is allowed', async () => {
  const allowed = await send([sensitive, concluded], { level: 'sensitive' })
  expect(allowed.asked[1]).toMatchObject({ confirm: true })
  expect(allowed.reported).toMatchObject([{ state: 'concluded' }])
  const { asked, reported } = await send([sensitive], { level: 'harmless' })
  expect(asked[0]).not.toHaveProperty('confirm')
  expect(reported).toMatchObject([{ state: 'refused', problem: 'it needs a confirmation' }])
})

it('send order: never confirms a disruptive command, nor the second step of a dangerous one', async () => {
  const disruptive = { status: 422, body: { detail: 'it needs a confirmation', danger: 'disruptive' } }
  expect((await send([disruptive], { level: 'sensitive' })).reported).toMatchObject([{ state: 'refused' }])
  const step = { status: 202, body: { state: 'to-confirm', confirmation: {} } }
  expect((await send([step], { level: 'sensitive' })).reported).toMatchObject([
    { state: 'refused', problem: expect.stringContaining('dangerous') },
  ])
})

it('send order: reports what the API refused', async () => {
  const offline = { status: 409, body: { detail: 'the device is not connected' } }
  expect((await send([offline])).reported).toMatchObject([
    { state: 'refused', problem: 'the device is not connected' },
  ])
})

it('send order: ends with its program, without a verdict', async () => {
  const { reported } = await send([{ status: 202, body: command({}) }], { polls: 0 })
  expect(reported).toHaveLength(1)
})
