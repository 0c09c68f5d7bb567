import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '#shared/domain/event.ts'
import { decodeLogRecord, encodeLogRecord, LogRecordDraft } from '#shared/domain/log-record.ts'

const events = fc.array(
  fc.record({
    kind: fc.constantFrom('frame', 'written', 'opened', 'closed', 'rest', 'upstream', 'relayed'),
    gatewayId: fc.constant('5c93bd587360'),
    sessionId: fc.stringMatching(/^[0-9a-f]{20}$/),
    epoch: fc.option(fc.nat()),
    seq: fc.nat(),
    deviceId: fc.oneof(fc.stringMatching(/^\d{10}$/), fc.string({ unit: 'binary' })),
    receivedAt: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 999_999_999, 1e9, 1e18 / 1_000)),
    ack: fc.constantFrom('none', 'R12', 'V4', 'echo'),
    raw: fc.uint8Array({ maxLength: 200 }),
    length: fc.option(fc.nat(), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 40 },
) as fc.Arbitrary<SessionEvent[]>

describe('a record of the log', () => {
  it('decodes to the events it was made of', () => {
    fc.assert(
      fc.property(events, (some) => {
        expect(decodeLogRecord(encodeLogRecord(some))).toEqual(some)
      }),
    )
  })

  it('has a header of plain JSON, as the format says', () => {
    const raw = new TextEncoder().encode('*HQ,9170000000,V1#')
    const record = encodeLogRecord([
      {
        kind: 'frame',
        gatewayId: 'g"1',
        sessionId: '01a2103293bdc8af083e',
        epoch: 12,
        seq: 7,
        deviceId: '9170000000',
        receivedAt: 1_795_568_079_874,
        ack: 'R12',
        raw,
      },
    ])
    const header = '{"g":"g\\"1","e":[[0,"01a2103293bdc8af083e",7,"9170000000",1795568079874,1,18,12]]}'
    expect(record[0]).toBe(2)
    expect(new DataView(record.buffer).getUint32(1)).toBe(header.length)
    expect(Buffer.from(record.subarray(5)).toString()).toBe(`${header}*HQ,9170000000,V1#`)
  })

  it('can be cleared and filled again, and keeps nothing of the previous content', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        const draft = new LogRecordDraft()
        for (const event of before) draft.add(event)
        draft.clear()
        for (const event of after) draft.add(event)
        expect(draft.events).toBe(after.length)
        expect(draft.encode()).toEqual(encodeLogRecord(after))
      }),
    )
  })

  it('of version 1 is read: its events have no epoch', () => {
    const header = Buffer.from('{"g":"g1","e":[[0,"01a2103293bdc8af083e",7,"9170000000",1795568079874,1,3]]}')
    const record = Uint8Array.from(
      Buffer.concat([Buffer.from([1, 0, 0, 0, header.length]), header, Buffer.from('abc')]),
    )
    expect(decodeLogRecord(record)).toEqual([
      {
        kind: 'frame',
        gatewayId: 'g1',
        sessionId: '01a2103293bdc8af083e',
        epoch: null,
        seq: 7,
        deviceId: '9170000000',
        receivedAt: 1_795_568_079_874,
        ack: 'R12',
        raw: new Uint8Array(Buffer.from('abc')),
      },
    ])
  })

  it.each(['upstream', 'relayed'] as const)(
    'with %s bytes is of version 3, which older readers refuse',
    (kind) => {
      const [event] = fc.sample(events, 1)[0]!
      const draft = new LogRecordDraft()
      draft.add({ ...event!, kind: 'frame' })
      expect(draft.encode()[0]).toBe(2)
      draft.add({ ...event!, kind })
      expect(draft.encode()[0]).toBe(3)
      draft.clear()
      draft.add({ ...event!, kind: 'rest' })
      expect(draft.encode()[0]).toBe(2)
    },
  )

  it('of a later version is refused, naming the version', () => {
    expect(() => decodeLogRecord(Uint8Array.of(4, 0, 0, 0, 0))).toThrow('unknown version 4')
  })
})
