import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { startQueueSource } from '../../cdk/local/stand-ins/queue-source.ts'
import { startSqs, type Sqs } from '../../cdk/local/stand-ins/sqs.ts'
import { clientConfig } from './client-config.ts'
import { eventually } from './eventually.ts'

const settings = { visibilitySeconds: 30, retentionSeconds: 14 * 86_400, redrive: null }
const names = Array.from({ length: 40 }, (_, i) => `q${i}.fifo`)
const all = Object.fromEntries([
  ...names.map((name) => [name, settings]),
  ['redriven.fifo', { ...settings, redrive: { queue: 'dead.fifo', maxReceives: 2 } }],
  ['dead.fifo', settings],
])
let now = Date.now()
let sqs: Sqs
let client: SQSClient
/** Of each test one that no other has used. */
let queue: string
let next = 0

beforeAll(async () => {
  sqs = await startSqs({ queues: all, now: () => now })
  client = new SQSClient(clientConfig(sqs.endpoint))
})
beforeEach(() => {
  queue = sqs.urlOf(names[next++]!)
})
afterAll(async () => {
  client.destroy()
  await sqs.close()
})

const send = (body: string, group = 'a', deduplication = body, by = client, to = queue) =>
  by.send(
    new SendMessageCommand({
      QueueUrl: to,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplication,
    }),
  )
const receive = async (max = 10, from = queue, by = client): Promise<Message[]> => {
  const { Messages = [] } = await by.send(
    new ReceiveMessageCommand({
      QueueUrl: from,
      MaxNumberOfMessages: max,
      MessageSystemAttributeNames: ['All'],
    }),
  )
  return Messages
}
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body)
const putBack = ({ ReceiptHandle }: Message, seconds: number) =>
  client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: seconds }),
  )
const remove = ({ ReceiptHandle }: Message) =>
  client.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }))

describe('SQS stand-in: FIFO queues', () => {
  it('deliver a group in order, with its attributes', async () => {
    await send('1')
    await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queue,
        Entries: ['2', '3'].map((body) => ({
          Id: body,
          MessageBody: body,
          MessageGroupId: 'a',
          MessageDeduplicationId: body,
        })),
      }),
    )
    const messages = await receive()
    expect(bodies(messages)).toEqual(['1', '2', '3'])
    expect(messages[0]!.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      MessageGroupId: 'a',
      MessageDeduplicationId: '1',
      SentTimestamp: String(now),
    })
    const numbers = messages.map(({ Attributes }) => Attributes!.SequenceNumber!)
    expect(numbers).toEqual(numbers.toSorted())
  })

  it('deliver nothing of a group while one of its messages is in flight', async () => {
    await send('1')
    await send('2')
    await send('3', 'b')
    const [first] = await receive(1)
    expect(first!.Body).toBe('1')
    expect(bodies(await receive())).toEqual(['3'])
    await remove(first!)
    expect(bodies(await receive())).toEqual(['2'])
  })

  it('deliver a message again after its visibility timeout, before those behind it', async () => {
    await send('1')
    await send('2')
    const [first] = await receive(1)
    now += 29_999
    expect(await receive()).toEqual([])
    now += 1
    const again = await receive()
    expect(bodies(again)).toEqual(['1', '2'])
    expect(again[0]!.Attributes!.ApproximateReceiveCount).toBe('2')
    // The old receipt must not remove what another receiver has now.
    await expect(remove(first!)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(putBack(first!, 1)).rejects.toMatchObject({ name: 'MessageNotInflight' })
  })

  it('hold a group back as long as one of its messages was put back', async () => {
    for (const body of ['1', '2', '3']) await send(body)
    const [first, second, third] = await receive()
    await putBack(first!, 120)
    const { Failed } = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue,
        Entries: [second!, third!].map(({ MessageId, ReceiptHandle }) => ({
          Id: MessageId,
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    )
    expect(Failed ?? []).toEqual([])
    now += 119_999
    expect(await receive()).toEqual([])
    now += 1
    expect(bodies(await receive())).toEqual(['1', '2', '3'])
  })

  it('store a deduplication id of a group once in 5 minutes, even when it was deleted since', async () => {
    const [one, again] = [await send('1', 'a', 'x'), await send('other', 'a', 'x')]
    expect(again.MessageId).toBe(one.MessageId)
    await send('of another group', 'b', 'x')
    const messages = await receive()
    expect(bodies(messages)).toEqual(['1', 'of another group'])
    for (const message of messages) await remove(message)
    await send('again', 'a', 'x')
    expect(await receive()).toEqual([])
    now += 5 * 60_000
    await send('later', 'a', 'x')
    expect(bodies(await receive())).toEqual(['later'])
  })

  it('delete in batches, and report messages that cannot be deleted', async () => {
    await send('1')
    const [message] = await receive()
    const { Successful, Failed } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queue,
        Entries: [
          { Id: 'good', ReceiptHandle: message!.ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'none' },
        ],
      }),
    )
    expect(Successful).toMatchObject([{ Id: 'good' }])
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }])
  })

  it('count messages that can be received and those in flight', async () => {
    for (const body of ['1', '2', '3']) await send(body)
    await receive(1)
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
    )
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
    })
  })

  it('wait for a message, and return as soon as it is there', async () => {
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20 }))
    await send('1')
    expect(bodies((await waiting).Messages ?? [])).toEqual(['1'])
  })

  it('move messages that were received too often to the dead-letter queue', async () => {
    const redriven = sqs.urlOf('redriven.fifo')
    await send('1', 'a', '1', client, redriven)
    for (let i = 0; i < 2; i++) {
      expect(bodies(await receive(10, redriven))).toEqual(['1'])
      now += 30_000
    }
    expect(await receive(10, redriven)).toEqual([])
    expect(bodies(await receive(10, sqs.urlOf('dead.fifo')))).toEqual(['1'])
  })

  it('refuse what AWS refuses', async () => {
    const sending = (more: object) =>
      client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'x', ...more }))
    await expect(sending({})).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(sending({ MessageGroupId: 'a' })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(send('x', 'a b')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(send('x', 'a', 'x', client, `${queue}x`)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    })
    const stranger = new SQSClient({
      ...clientConfig(sqs.endpoint),
      credentials: { accessKeyId: 'test', secretAccessKey: 'other' },
    })
    await expect(send('x', 'a', 'x', stranger)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    stranger.destroy()
  })

  // Against a model: each group is a list, and its head alone decides whether the group can be received from.
  it('never deliver out of order, twice at once, or past a message in flight', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ do: fc.constant('remove' as const), pick: fc.nat() }),
      fc.record({ do: fc.constant('putBack' as const), pick: fc.nat(), seconds: fc.constantFrom(0, 5, 60) }),
      fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 10, 40) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const own = await startSqs({ queues: { 'p.fifo': settings }, now: () => now })
        const by = new SQSClient(clientConfig(own.endpoint))
        const url = own.urlOf('p.fifo')
        const model = new Map<string, { body: string; until: number; message: Message | null }[]>()
        const held = () =>
          [...model.values()].flat().filter(({ until, message }) => message !== null && until > now)
        let count = 0
        try {
          for (const one of steps) {
            if (one.do === 'send') {
              const body = String(count++)
              await send(body, one.group, body, by, url)
              model.set(one.group, [...(model.get(one.group) ?? []), { body, until: 0, message: null }])
            } else if (one.do === 'receive') {
              for (const message of await receive(one.max, url, by)) {
                const group = model.get(message.Attributes!.MessageGroupId!)!
                const head = group.find(({ until }) => until <= now)!
                expect(message.Body).toBe(head.body)
                // Those before it in the group were given out in this very call.
                const before = group.slice(0, group.indexOf(head))
                expect(before.every(({ until }) => until === now + 30_000)).toBe(true)
                Object.assign(head, { until: now + 30_000, message })
              }
            } else if (one.do === 'pass') now += one.seconds * 1_000
            else {
              const flying = held()
              const picked = flying[one.pick % Math.max(1, flying.length)]
              if (!picked) continue
              const receipt = { QueueUrl: url, ReceiptHandle: picked.message!.ReceiptHandle }
              if (one.do === 'putBack') {
                const change = { ...receipt, VisibilityTimeout: one.seconds }
                await by.send(new ChangeMessageVisibilityCommand(change))
                picked.until = now + one.seconds * 1_000
              } else {
                await by.send(new DeleteMessageCommand(receipt))
                for (const [name, group] of model)
                  model.set(
                    name,
                    group.filter((other) => other !== picked),
                  )
              }
            }
          }
          // Everything that was not removed is still there, in order.
          now += 100_000
          const left = new Map<string, string[]>()
          for (let messages; (messages = await receive(10, url, by)).length > 0;)
            for (const { Attributes, Body } of messages)
              left.set(Attributes!.MessageGroupId!, [...(left.get(Attributes!.MessageGroupId!) ?? []), Body!])
          for (const [name, group] of model)
            expect(left.get(name) ?? []).toEqual(group.map(({ body }) => body))
        } finally {
          by.destroy()
          await own.close()
        }
      }),
      { numRuns: 15 },
    )
  })

  it('keep messages over a restart; those put back return at their time, those in flight at once', async () => {
    const path = await mkdtemp(join(tmpdir(), 'sqs-'))
    onTestFinished(() => rm(path, { recursive: true, force: true }))
    const open = async () => {
      const own = await startSqs({ path, queues: { 'p.fifo': settings }, now: () => now })
      const by = new SQSClient(clientConfig(own.endpoint))
      return {
        by,
        url: own.urlOf('p.fifo'),
        close: async () => {
          by.destroy()
          await own.close()
        },
      }
    }
    const first = await open()
    await send('1', 'a', '1', first.by, first.url)
    await send('2', 'a', '2', first.by, first.url)
    await send('3', 'b', '3', first.by, first.url)
    const messages = await receive(10, first.url, first.by)
    const third = messages.find(({ Body }) => Body === '3')!
    await first.by.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: first.url,
        ReceiptHandle: third.ReceiptHandle,
        VisibilityTimeout: 600,
      }),
    )
    await first.close()
    const second = await open()
    onTestFinished(second.close)
    // What was sent before is known as such.
    await send('1', 'a', '1', second.by, second.url)
    expect(bodies(await receive(10, second.url, second.by))).toEqual(['1', '2'])
    now += 600_000
    const later = await receive(10, second.url, second.by)
    expect(later.find(({ Body }) => Body === '3')?.Attributes?.ApproximateReceiveCount).toBe('2')
  })
})

/** What can be received once the visibility timeout is over; a call that its client gave up may have received it once more. */
const receiveLater = async (): Promise<unknown> => {
  now += 30_000
  return bodies(await receive())
}

describe('the queue source', () => {
  it('deletes handled messages, and keeps those that the function returns as failed', async () => {
    const invoked: any[] = []
    const source = startQueueSource({
      endpoint: sqs.endpoint,
      queueUrl: queue,
      credentials: testCredentials,
      concurrency: 2,
      onError: () => {},
      invoke: async (event) => {
        invoked.push(event)
        const { Records } = event as { Records: { messageId: string; body: string }[] }
        const failed = Records.filter(({ body }) => body === 'bad')
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
      },
    })
    onTestFinished(source.stop)
    await send('good', 'a')
    await send('bad', 'b')
    await eventually(() => invoked.flatMap(({ Records }) => Records).length).toBeGreaterThanOrEqual(2)
    await source.stop()
    await eventually(receiveLater).toEqual(['bad'])
    expect(invoked[0].Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      attributes: { MessageGroupId: 'a', ApproximateReceiveCount: '1' },
    })
  })

  it.each([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['names an unknown message', () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
  ])('keeps the whole batch when the function %s', async (_, answer) => {
    let calls = 0
    const source = startQueueSource({
      endpoint: sqs.endpoint,
      queueUrl: queue,
      credentials: testCredentials,
      concurrency: 1,
      onError: () => {},
      invoke: () => {
        calls++
        return answer()
      },
    })
    onTestFinished(source.stop)
    await send('1')
    await eventually(() => calls).toBe(1)
    await source.stop()
    await eventually(receiveLater).toEqual(['1'])
  })
})
