import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '#shared/domain/event.ts'
import { decodeLogRecord, encodeLogRecord, LogRecordDraft } from '#shared/domain/log-record.ts'

const events = fc.array(
  fc.record({
    kind: fc.constantFrom('frame', 'written', 'opened', 'closed'),
    gatewayId: fc.constant('5c93bd587360'),
    sessionId: fc.stringMatching(/^[0-9a-f]{20}$/),
    seq: fc.nat(),
    deviceId: fc.oneof(fc.stringMatching(/^\d{10}$/), fc.string({ unit: 'binary' })),
    receivedAt: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 999_999_999, 1e9, 1e18 / 1_000)),
    ack: fc.constantFrom('none', 'R12', 'V4', 'echo'),
    raw: fc.uint8Array({ maxLength: 200 }),
  }),
  { minLength: 1, maxLength: 40 },
) as fc.Arbitrary<SessionEvent[]>

describe('a record of the log', () => {
  it('gives back the events it was made of', () => {
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
        seq: 7,
        deviceId: '9170000000',
        receivedAt: 1_795_568_079_874,
        ack: 'R12',
        raw,
      },
    ])
    const header = '{"g":"g\\"1","e":[[0,"01a2103293bdc8af083e",7,"9170000000",1795568079874,1,18]]}'
    expect(record[0]).toBe(1)
    expect(new DataView(record.buffer).getUint32(1)).toBe(header.length)
    expect(Buffer.from(record.subarray(5)).toString()).toBe(`${header}*HQ,9170000000,V1#`)
  })

  it('may be filled again once it was cleared, and holds nothing of before', () => {
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

  it('of a version that nobody knows yet is refused by name', () => {
    expect(() => decodeLogRecord(Uint8Array.of(2, 0, 0, 0, 0))).toThrow('unknown version 2')
  })
})
