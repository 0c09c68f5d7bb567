import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countHeld, decide, noLimits } from '#shared/domain/notice-limits.ts'
import { createNotices, type Notices } from '#shared/store/notices.ts'
import { buildAll } from '../../cdk/build/bundle.ts'
import { entries } from '../../cdk/build/entries.ts'
import { createLambda } from '../../cdk/local/stand-ins/lambda.ts'
import { toDetail } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { toBusEvent } from '../../lambdas/ingest/effects.ts'
import type { RuleEvent } from '../../lambdas/notify/bus-event.ts'
import { createNotify } from '../../lambdas/notify/notify.ts'
import { noticeOf } from '../../lambdas/notify/notice.ts'
import { toMessage } from '../../lambdas/notify/to-message.ts'
import { startFleet } from '../api/fakes.ts'
import { silent } from '../silent-log.ts'

let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

const metrics = { count: () => {} }
const start = Date.UTC(2026, 0, 10, 12)

let devices = 0
/** Of a device of its own, unless one is named: the limits are per device. */
const eventOf = (
  id: string,
  { late = false, deviceId = String(9_170_000_000 + devices++) } = {},
): RuleEvent => {
  const bus = toBusEvent({
    id,
    kind: 'alarm-raised',
    deviceId,
    alarm: 'sos',
    bit: 1,
    receivedAt: start,
    fixTime: start - 2_000,
    late,
    latitude: 42.353503,
    longitude: -7.876602,
  })
  return {
    'detail-type': eventCatalogue[bus.type].detailType,
    time: new Date(bus.at).toISOString(),
    detail: toDetail(bus),
  }
}

describe('the notifier', () => {
  it('sends each notification once however often the event arrives, unless a failure made it uncertain', async () => {
    let effects = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'no-send', 'sent-then-lost', 'died'), { minLength: 1, maxLength: 12 }),
        async (fates) => {
          let now = start
          const event = eventOf(`effect-${effects++}`)
          let reported = 0
          let doubts = 0
          const turn = async (fate: string): Promise<boolean> => {
            const real = createNotices({ ...fleet, now: () => now })
            const dead = () => Promise.reject(new Error('the process died'))
            const notices: Notices =
              fate === 'died' || fate === 'sent-then-lost' ? { ...real, confirm: dead, release: dead } : real
            const notify = createNotify({
              notices,
              send: async () => {
                if (fate === 'no-send' || fate === 'died') throw new Error('topic not reachable')
                reported++
                if (fate === 'sent-then-lost') doubts++
              },
              metrics,
              log: silent,
            })
            now += 31_000
            return notify(event).then(
              () => true,
              () => false,
            )
          }
          for (const fate of fates) await turn(fate)
          while (!(await turn('ok')));
          expect(reported).toBeGreaterThan(0)
          expect(reported).toBeLessThanOrEqual(1 + doubts)
          await turn('ok')
          expect(reported).toBeLessThanOrEqual(1 + doubts)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('leaves a notification to the invocation that sends it, and takes over when that one died', async () => {
    let now = start
    const notices = createNotices({ ...fleet, now: () => now })
    expect(await notices.claim('slow')).toMatchObject({ effectId: 'slow', grant: null })
    expect(await notices.claim('slow')).toBe('taken')
    const notify = createNotify({ notices, send: async () => {}, metrics, log: silent })
    await expect(notify(eventOf('slow'))).rejects.toThrow('another invocation')
    now += 31_000
    await notify(eventOf('slow'))
    expect(await notices.claim('slow')).toBe('sent')
    const { Item } = await fleet.client.send(
      new GetCommand({ TableName: fleet.table, Key: { pk: 'effect#slow', sk: 'effect' } }),
    )
    expect(Item).toMatchObject({ toldAt: now, ttl: start / 1_000 + 8 * 86_400 })
  })

  it('skips an event without an id, because the bus would repeat it endlessly', async () => {
    const send = () => Promise.reject(new Error('must not be sent'))
    const notify = createNotify({ notices: createNotices(fleet), send, metrics, log: silent })
    await expect(notify({ 'detail-type': 'Other', time: '', detail: {} })).resolves.toBeUndefined()
  })
})

describe('the message of a notification', () => {
  it('contains what happened to which device, when and where', () => {
    expect(toMessage(eventOf('x', { late: true, deviceId: '9170000000' }))).toEqual({
      subject: 'Device Alarm Raised sos 9170000000',
      text: `Device Alarm Raised sos 9170000000

Device 9170000000, 10 Jan 2026, 12:00 (UTC)
It happened earlier: the tracker had kept it.
https://www.openstreetmap.org/?mlat=42.353503&mlon=-7.876602#map=17/42.353503/-7.876602
Position of: 10 Jan 2026, 11:59 (UTC)
`,
    })
  })

  it.each([
    [
      'Device Contested',
      {
        type: 'device.contested',
        ownerAddress: '192.0.2.1',
        otherAddress: '198.51.100.2',
        until: '2026-01-10T12:30:00.000Z',
      },
      /Two connections claim .* 192\.0\.2\.1, .* 198\.51\.100\.2.*Until 10 Jan 2026, 12:30 \(UTC\) fuel cuts are refused/,
    ],
    [
      'Device Source Refused',
      { type: 'device.source-refused', remoteAddress: '192.0.2.1' },
      /from 192\.0\.2\.1 .* was refused/,
    ],
  ])('explains what %s means', (type, detail, words) => {
    const { subject, text } = toMessage({
      'detail-type': type,
      time: '',
      detail: { deviceId: '7', ...detail },
    })
    expect(subject).toBe(`${type} 7`)
    expect(text).toMatch(words)
  })

  it('has a subject that SNS accepts, whatever the event contains', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')),
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (type, alarm, detail) => {
          const event = { 'detail-type': type, time: '', detail: { ...detail, alarm } }
          const { subject } = toMessage(event)
          expect(subject).toMatch(/^[ -~]{0,100}$/)
          const { limits } = decide(noLimits, noticeOf(event), 0)
          expect(decide(limits, noticeOf(event), 1).outcome.kind).toBe('hold')
          expect(countHeld(decide(limits, noticeOf(event), 1).limits.held)).toBe(1)
        },
      ),
    )
  })
})

describe('the notify function', () => {
  it('publishes once to its configured topic, and does nothing without one', async () => {
    const published: URLSearchParams[] = []
    const sns = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        published.push(new URLSearchParams(body))
        response.end(
          '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
        )
      })
    })
    sns.listen(0, '127.0.0.1')
    await once(sns, 'listening')
    const folder = mkdtempSync(join(tmpdir(), 'h02-notify-'))
    const [bundle] = await buildAll(
      folder,
      entries.filter(({ name }) => name === 'notify'),
    )
    const run = (more: Record<string, string>) =>
      createLambda({
        name: 'notify',
        file: bundle!.file,
        env: {
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_ENDPOINT_URL_DYNAMODB: fleet.endpoint,
          AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(sns.address() as AddressInfo).port}`,
          STAGE: 'test',
          FLEET_TABLE: fleet.table,
          WEBHOOK_QUEUE: 'http://127.0.0.1:1/000000000000/none',
          ...more,
        },
        concurrency: 1,
        timeoutMs: 100_000,
      })
    const topic = 'arn:aws:sns:us-east-1:000000000000:people'
    const [reported, mute] = [run({ NOTIFY_TOPIC_ARN: topic }), run({})]
    const event = eventOf('published', { deviceId: '9170000000' })
    await mute.invoke(event)
    expect(published).toEqual([])
    await reported.invoke(event)
    await reported.invoke(event)
    await Promise.all([reported.close(), mute.close()])
    expect(published.map((query) => [query.get('TopicArn'), query.get('Subject')])).toEqual([
      [topic, 'Device Alarm Raised sos 9170000000'],
    ])
    sns.close()
    rmSync(folder, { recursive: true })
  })
})
