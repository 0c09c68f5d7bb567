import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { itemSize } from '#shared/history/item-size.ts'
import { decodeRows } from '#shared/history/rows.ts'
import { emptyState, fromStateItem, toStateItem, type StoredState } from '#shared/history/state.ts'
import { fold, type Entry } from '../../lambdas/ingest/fold.ts'
import { driveFrames, inRecords, makeEvent, v1 } from './events.ts'

const settings = { retentionDays: 365 }
const DEVICE_ID = '1234567890'
const start = Date.UTC(2026, 0, 10, 12)
const MINUTE = 60_000

const drive = (): SessionEvent[] => driveFrames().map((frame, i) => makeEvent({ ...frame, seq: i + 1 }))

/** Folds batch after batch, each from the state as it comes back from the table. */
function foldBatches(batches: readonly (readonly Entry[])[], from = emptyState(DEVICE_ID)) {
  let state: StoredState = from
  const chunks = []
  const effects = []
  for (const batch of batches) {
    const result = fold(state, batch, settings)
    chunks.push(...result.chunks)
    effects.push(...result.effects)
    if (result.applied > 0) {
      const saved = { ...result.state, version: state.version + 1 }
      state = fromStateItem(toStateItem(saved, result.tail ?? undefined, result.late ?? undefined))
    }
  }
  return { state, chunks, effects }
}

const foldAll = (events: readonly SessionEvent[]) => foldBatches([inRecords(events)])
const withoutVersion = (state: StoredState) => ({ ...state, version: 0 })

describe('the fold of frames into the state of a device', () => {
  it('keeps every frame byte for byte, in the tail and the chunks', () => {
    const events = drive()
    const { state, chunks } = foldAll(events)
    const rows = [...chunks.flatMap((chunk) => decodeRows(chunk.body)), ...state.tail]
    expect(rows.map((row) => Buffer.from(row.raw).toString('latin1'))).toEqual(
      events.map((event) => Buffer.from(event.raw).toString('latin1')),
    )
    expect(chunks.length).toBeGreaterThan(0)
  })

  it('makes the same chunks however batches are split, redelivered and repeated', () => {
    const entries = inRecords(drive(), 3)
    const whole = foldBatches([entries])
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ length: fc.integer({ min: 1, max: 40 }), back: fc.integer({ min: 0, max: 30 }) }),
          {
            maxLength: 60,
          },
        ),
        (cuts) => {
          const batches: Entry[][] = []
          let at = 0
          for (const { length, back } of cuts) {
            batches.push(entries.slice(Math.max(0, at - back), at + length))
            at = Math.min(entries.length, at + length)
          }
          batches.push(entries.slice(at))
          const cut = foldBatches(batches)
          expect(cut.chunks).toEqual(whole.chunks)
          expect(withoutVersion(cut.state)).toEqual(withoutVersion(whole.state))
          expect(cut.effects).toEqual(whole.effects)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('drops records that a producer sent twice under new sequence numbers', () => {
    const events = drive().slice(0, 20)
    const once = foldAll(events)
    const twice = foldBatches([inRecords(events, 2), inRecords(events, 5, 1_000n)])
    expect(twice.state.tail).toEqual(once.state.tail)
  })

  it('keeps the state within 1,000 bytes for any frames, also for valid ones', () => {
    const digits = (maxLength: number) => fc.stringMatching(/^[0-9]*$/, { maxLength })
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 1_500 }),
      fc
        .tuple(digits(3_000), fc.constantFrom('', 'F', 'FF', ',', 'A'))
        .map(([iccid, end]) => Buffer.from(`*HQ,1234567890,ICCID,${iccid}${end}#`)),
      fc
        .tuple(
          digits(40),
          fc.stringMatching(/^[A-Z0-9]*$/, { maxLength: 3_000 }),
          fc.stringMatching(/^[0-9A-F]{8}$/),
        )
        .map(([iccid, type, status]) =>
          Buffer.from(
            `*HQ,1234567890,${type || 'V19'},093043,A,4221.2102,N,00752.5961,W,999.99,359,130916,${status},003,${iccid},FFFFFBFF#`,
          ),
        ),
      fc
        .array(digits(12), { maxLength: 12 })
        .map((tail) => Buffer.from(`${v1(start).toString().slice(0, -1)},${tail.join(',')}#`)),
    )
    const noise = fc.array(fc.record({ raw: frames, late: fc.boolean() }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(noise, (frames) => {
        const events = frames.map(({ raw, late }, i) =>
          makeEvent({
            raw: late ? v1(start - 3_600_000 + i * 1_000) : raw,
            seq: i + 1,
            receivedAt: start + i * 1_000,
          }),
        )
        const { state, chunks } = foldAll(events)
        expect(itemSize(toStateItem(state))).toBeLessThanOrEqual(1_000)
        const kept = [...chunks.flatMap((chunk) => decodeRows(chunk.body)), ...state.tail, ...state.late]
        expect(kept.map((row) => row.seq).toSorted((a, b) => a - b)).toEqual(events.map((event) => event.seq))
      }),
      { numRuns: 60 },
    )
  })

  it('does not store an unknown message type in the state', () => {
    const type = 'Z'.repeat(1_200)
    const raw = Buffer.from(v1(start).toString().replace(',V1,', `,${type},`))
    const { state } = foldAll([makeEvent({ raw: v1(start) }), makeEvent({ raw, seq: 2 })])
    expect(state.summary.lastType).toBe('V1')
    expect(itemSize(toStateItem(state))).toBeLessThanOrEqual(1_000)
  })

  it('does not start a chunk on each frame when live and stored rows interleave', () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      makeEvent({
        seq: i + 1,
        receivedAt: start + i * 5_000,
        raw: v1(i % 2 === 0 ? start + i * 5_000 - 2_000 : start - 6 * 3_600_000 + i * 10_000),
      }),
    )
    const { state, chunks } = foldAll(events)
    expect(chunks.length).toBeLessThanOrEqual(6)
    expect(state.late.length + state.tail.length).toBeGreaterThan(5)
  })

  it('cuts a chunk before its index times span more than 24 hours', () => {
    const events = Array.from({ length: 8 }, (_, i) => {
      const receivedAt = start + i * 5 * 3_600_000
      return makeEvent({ seq: i + 1, receivedAt, raw: v1(receivedAt - 2_000) })
    })
    const { chunks } = foldAll(events)
    expect(chunks).toHaveLength(1)
    expect(chunks[0]).toMatchObject({ count: 5, from: start - 2_000, to: start + 20 * 3_600_000 - 2_000 })
  })

  it('orders sessions by epoch, whatever the clocks of their gateways show', () => {
    const [ahead, behind] = [makeSessionId(start + 60 * MINUTE, 1), makeSessionId(start - 60 * MINUTE, 2)]
    const session = (sessionId: string, epoch: number, seq: number, kind: 'opened' | 'closed') =>
      makeEvent({
        sessionId,
        epoch,
        seq,
        kind,
        receivedAt: start,
        ack: 'none',
        raw: Buffer.from('203.0.113.9'),
      })
    const { state, effects } = foldAll([
      session(ahead, 7, 1, 'opened'),
      session(behind, 8, 1, 'opened'),
      session(ahead, 7, 2, 'closed'),
    ])
    expect(state.sessions).toEqual([
      { sessionId: behind, epoch: 8, lastSeq: 1 },
      { sessionId: ahead, epoch: 7, lastSeq: 2 },
    ])
    expect(state.summary.online).toBe(true)
    expect(effects.map(({ kind }) => kind)).toEqual(['online'])
    expect(fromStateItem(toStateItem(state)).sessions).toEqual(state.sessions)
  })

  it('keeps events of sessions older than the last eight, marked as late', () => {
    const sessions = Array.from({ length: 9 }, (_, i) => makeSessionId(start + i * MINUTE, i))
    const events = sessions
      .slice(1)
      .map((sessionId, i) =>
        makeEvent({ sessionId, receivedAt: start + i * MINUTE, raw: v1(start + i * MINUTE) }),
      )
    const straggler = makeEvent({
      sessionId: sessions[0]!,
      receivedAt: start + 9 * MINUTE,
      raw: v1(start + MINUTE),
    })
    const { state } = foldAll([...events, straggler])
    expect(state.late.map((row) => row.sessionId)).toEqual([sessions[0]])
    expect(state.sessions).toHaveLength(8)
  })
})

describe('the last position', () => {
  const position = (frames: readonly { at: number; raw: Uint8Array }[]) =>
    foldAll(frames.map(({ at, raw }, i) => makeEvent({ raw, receivedAt: at, seq: i + 1 }))).state.summary
      .lastPosition

  it('changes only to a later fix time', () => {
    const stored = { at: start + MINUTE, raw: v1(start - 3_600_000, { latitude: '4000.0000' }) }
    expect(position([{ at: start, raw: v1(start - 2_000) }, stored])).toMatchObject({
      fixTime: start - 2_000,
      latitude: 42.353503,
    })
  })

  it.each([
    ['void', v1(start + MINUTE, { valid: false, latitude: '4000.0000' })],
    ['ahead of us by more than 10 minutes', v1(start + 13 * MINUTE, { latitude: '4000.0000' })],
    ['from the GPS epoch', v1(Date.UTC(1980, 0, 6), { latitude: '4000.0000' })],
    ['more than 400 days old', v1(start - 401 * 86_400_000, { latitude: '4000.0000' })],
  ])('stays when a frame is %s', (_, raw) => {
    expect(
      position([
        { at: start, raw: v1(start - 2_000) },
        { at: start + MINUTE, raw },
      ])?.latitude,
    ).toBe(42.353503)
  })

  const ahead = (ms: number, latitude = '4000.0000') => v1(start + ms, { latitude })
  it.each([
    ['9 minutes ahead, once', [{ at: start, raw: ahead(9 * MINUTE) }]],
    [
      '9 minutes ahead, repeated',
      [0, 1, 2].map((i) => ({ at: start + i * 1_000, raw: ahead(9 * MINUTE + i * 1_000) })),
    ],
  ])('is not blocked by fix times in the future: %s', (_, future) => {
    const real = { at: start + 5_000, raw: v1(start + 3_000) }
    expect(position([...future, real])?.latitude).toBe(42.353503)
  })

  it('does not change on an equal fix time', () => {
    const again = { at: start + 5_000, raw: v1(start, { latitude: '4000.0000' }) }
    expect(position([{ at: start, raw: v1(start) }, again])).toMatchObject({
      receivedAt: start,
      latitude: 42.353503,
    })
  })

  it('is dated by reception for a VP1 of today, which has no time of day', () => {
    const day = new Date(start).toISOString().slice(2, 10).split('-').toReversed().join('')
    const vp1 = (date: string) =>
      Buffer.from(`*HQ,1234567890,VP1,A,4000.0000,N,00752.5961,W,0.48,0.0000,${date}#`)
    expect(position([{ at: start + 1_234, raw: vp1(day) }])).toMatchObject({
      fixTime: start + 1_000,
      latitude: 40,
    })
    expect(position([{ at: start, raw: vp1('010115') }])).toBeNull()
  })

  it('becomes the newest of a batch of stored positions', () => {
    const clock = (at: number) => new Date(at).toISOString().replace(/\D/g, '').slice(6, 14)
    const point = (at: number, latitude: string) =>
      `A,${latitude},N,00752.5961,W,0.00,348,${clock(at)},FFFFFFFF,1CC,0,25FC,F48`
    const raw = Buffer.from(
      `*HQ,1234567890,BC,052825,138,${point(start - 9 * MINUTE, '4100.0000')};${point(start - 60 * MINUTE, '4000.0000')}#`,
    )
    expect(position([{ at: start, raw }])).toMatchObject({ fixTime: start - 9 * MINUTE, latitude: 41 })
  })

  it('is null until the first valid fix', () => {
    expect(position([{ at: start, raw: v1(start, { valid: false }) }])).toBeNull()
  })
})

describe('alarms of a device', () => {
  const sos = 'FFFFFBFD'
  const calm = 'FFFFFBFF'
  const effectsOf = (frames: readonly { status: string; lag?: number; sessionId?: string }[]) =>
    foldAll(
      frames.map(({ status, lag = 0, sessionId }, i) =>
        makeEvent({
          seq: i + 1,
          receivedAt: start + i * MINUTE,
          raw: v1(start + i * MINUTE - lag, { status }),
          ...(sessionId && { sessionId }),
        }),
      ),
    ).effects.flatMap((effect) =>
      'alarm' in effect ? `${effect.kind} ${effect.alarm}${effect.late ? ' late' : ''}` : [],
    )

  it('are raised and cleared once per change', () => {
    expect(effectsOf([calm, sos, sos, calm, calm].map((status) => ({ status })))).toEqual([
      'alarm-raised sos',
      'alarm-cleared sos',
    ])
  })

  it('of late frames are raised once, marked late, and clear nothing', () => {
    const lag = 3_600_000
    expect(
      effectsOf([{ status: calm }, { status: sos, lag }, { status: sos, lag }, { status: calm, lag }]),
    ).toEqual(['alarm-raised sos late'])
  })

  it('of a session that is not the newest are raised once, marked late, and clear nothing', () => {
    const [older, newer] = [makeSessionId(start - 9 * MINUTE, 1), makeSessionId(start - MINUTE, 1)]
    expect(
      effectsOf([
        { status: calm, sessionId: newer },
        { status: sos, sessionId: older },
        { status: sos, sessionId: older },
        { status: calm, sessionId: older },
        { status: calm, sessionId: newer },
      ]),
    ).toEqual(['alarm-raised sos late'])
  })

  it('are not raised again by a stored frame of the same press', () => {
    const current = Array.from({ length: 20 }, () => ({ status: sos }))
    expect(effectsOf([...current, { status: sos, lag: 16 * MINUTE }])).toEqual(['alarm-raised sos'])
  })

  it('are reported again when they come again after they were cleared', () => {
    expect(effectsOf([sos, calm, sos].map((status) => ({ status })))).toEqual([
      'alarm-raised sos',
      'alarm-cleared sos',
      'alarm-raised sos',
    ])
  })

  it('of a second, stored press are raised, however long after the first', () => {
    const [week, day] = [7 * 86_400_000, 86_400_000]
    expect(
      effectsOf([
        { status: sos, lag: week },
        { status: sos, lag: day },
      ]),
    ).toEqual(['alarm-raised sos late', 'alarm-raised sos late'])
  })

  it('of a press that arrives both stored and live are raised once', () => {
    expect(
      effectsOf([
        { status: sos, lag: 16 * MINUTE },
        { status: sos, lag: 9 * MINUTE },
        { status: sos },
        { status: calm },
      ]),
    ).toEqual(['alarm-raised sos late', 'alarm-cleared sos'])
    expect(effectsOf([{ status: sos }, { status: calm }, { status: sos, lag: 16 * MINUTE }])).toEqual([
      'alarm-raised sos',
      'alarm-cleared sos',
      'alarm-raised sos late',
    ])
  })

  it('of a press after a stored one was cleared are raised, even within 10 minutes', () => {
    expect(
      effectsOf([
        { status: sos, lag: 16 * MINUTE },
        { status: sos, lag: 9 * MINUTE },
        { status: calm },
        { status: sos },
      ]),
    ).toEqual(['alarm-raised sos late', 'alarm-cleared sos', 'alarm-raised sos'])
  })

  it('of an ALRM frame are raised once for a press, and again for the next', () => {
    const alrm = (at: number) => {
      const time = new Date(at).toISOString().replace(/\D/g, '').slice(8, 14)
      return Buffer.from(`*HQ,1234567890,ALRM,1,${time}#`)
    }
    const raised = foldAll(
      [0, 1, 5, 20].map((minutes, i) =>
        makeEvent({ seq: i + 1, receivedAt: start + minutes * MINUTE, raw: alrm(start + minutes * MINUTE) }),
      ),
    ).effects.map(({ id }) => id.split(':').slice(2).join(' '))
    expect(raised).toEqual(['1 alarm-raised sos', '4 alarm-raised sos'])
  })

  const said = (minutes: number, text: string | Buffer, seq: number, sessionId?: string) =>
    makeEvent({
      seq,
      receivedAt: start + minutes * MINUTE,
      raw: Buffer.concat([
        Buffer.from('*HQ,1234567890,SMS,'),
        typeof text === 'string' ? Buffer.from(text) : text,
        Buffer.from('#'),
      ]),
      ...(sessionId !== undefined && { sessionId }),
    })
  const namesOf = ({ effects }: ReturnType<typeof foldAll>) =>
    effects.flatMap((effect) => ('alarm' in effect ? `${effect.kind} ${effect.alarm}` : []))

  it.each([
    ['您的设备掉主电报警，请关注!', 'power-cut', 19],
    [Buffer.from('c4fab5c4c9e8b1b8b5f4d6f7b5e7b1a8beaf2c21', 'hex'), 'power-cut', 19],
    ['Lat:+22.50500\nLong:+114.01000\nFix: A\nSTATE:SHAKE ALARM', 'vibration', 17],
    ['STATE:LOW POWER ALARM', 'low-battery', 23],
    ['ACC ON', 'ignition-on', null],
    ['ACC OFF', 'ignition-off', null],
    ['SOS ALARM!', 'sos', 1],
    ['OVER SPEED ALARM!', 'overspeed', 2],
    ['OIL ALARM', 'alarm', null],
  ])('of a text are raised once for a press, as those of a frame are: %s', (text, alarm, bit) => {
    const reported = foldAll([said(0, text, 1), said(1, text, 2), said(9, text, 3), said(30, text, 4)])
    const raised = { kind: 'alarm-raised', alarm, bit, late: false, fixTime: null, latitude: null }
    expect(reported.effects).toMatchObject([raised, raised])
    expect(reported.effects.map(({ id }) => id.split(':')[2])).toEqual(['1', '4'])
  })

  it.each(['SET OK', 'POWER ALARM ON, SET OK', 'DEFENCE ON', 'VOLT:13.1V', 'ALARM OFF OK', ''])(
    'are not raised by an answer: %s',
    (text) => expect(foldAll([said(0, text, 1)]).effects).toEqual([]),
  )

  it('of a text and of the status word are raised as one alarm, whichever comes first', () => {
    const vibration = 'FFFDFBFF'
    const frame = (minutes: number, status: string, seq: number) =>
      makeEvent({
        seq,
        receivedAt: start + minutes * MINUTE,
        raw: v1(start + minutes * MINUTE, { status }),
      })
    expect(namesOf(foldAll([said(0, 'SHAKE ALARM!', 1), frame(1, vibration, 2), frame(2, calm, 3)]))).toEqual(
      ['alarm-raised vibration', 'alarm-cleared vibration'],
    )
    expect(namesOf(foldAll([frame(0, vibration, 1), said(1, 'SHAKE ALARM!', 2)]))).toEqual([
      'alarm-raised vibration',
    ])
    const tq = [opened('ST-906L', 1), said(0, 'LOW POWER ALARM', 2), frame(1, 'FFFFFB9F', 3)]
    expect(namesOf(foldAll(tq.map((event) => ({ ...event, sessionId: tq[0]!.sessionId }))))).toEqual([
      'alarm-raised low-battery',
    ])
  })

  it('of the ignition are raised each time, however quickly it changes', () => {
    const texts = ['ACC ON', 'ACC ON', 'ACC OFF', 'ACC ON', 'ACC OFF']
    expect(namesOf(foldAll(texts.map((text, i) => said(i, text, i + 1))))).toEqual([
      'alarm-raised ignition-on',
      'alarm-raised ignition-off',
      'alarm-raised ignition-on',
      'alarm-raised ignition-off',
    ])
  })

  it('of a text from an older session are marked late', () => {
    const [older, newer] = [makeSessionId(start - 9 * MINUTE, 1), makeSessionId(start - MINUTE, 1)]
    const { effects } = foldAll([
      makeEvent({ seq: 1, receivedAt: start, raw: v1(start), sessionId: newer }),
      said(1, 'SOS ALARM!', 1, older),
    ])
    expect(effects).toMatchObject([{ alarm: 'sos', late: true }])
  })

  it('of one power cut are raised once, even when its bits change one after the other', () => {
    expect(effectsOf(['FFF7FBFF', 'EFF7FBFF', 'EFE7FBFF', calm].map((status) => ({ status })))).toEqual([
      'alarm-raised power-cut',
      'alarm-cleared power-cut',
    ])
  })

  const opened = (model: string | null, seq: number, sessionId = makeSessionId(start - MINUTE, 1)) =>
    makeEvent({
      kind: 'opened',
      sessionId,
      seq,
      receivedAt: start,
      ack: 'none',
      raw: Buffer.from(model === null ? '203.0.113.9' : `203.0.113.9 ${model}`),
    })
  const alarmsOf = (model: string | null, status: string) => {
    const sessionId = makeSessionId(start - MINUTE, 1)
    const frame = makeEvent({ sessionId, seq: 2, receivedAt: start, raw: v1(start, { status }) })
    return foldAll([opened(model, 1), frame]).effects.flatMap((effect) =>
      'alarm' in effect ? effect.alarm : [],
    )
  }

  it.each([
    [null, 'FFFFFB9F', ['antenna-open', 'antenna-short']],
    ['ST-906L', 'FFFFFB9F', ['low-battery']],
    ['st 901l-4g', 'FFFFFB9F', ['low-battery']],
    ['ST-901', 'FFFFFB9F', ['antenna-open', 'antenna-short']],
    ['LK109', 'FF7FFBFF', ['low-battery']],
    ['LK109', 'EFF7FBFF', ['power-cut']],
    [null, 'EFF7FBFF', ['power-cut']],
    [null, 'EFE7FBFF', ['power-cut']],
    [null, 'EFFFFBFF', ['power-cut']],
    ['van of my aunt', 'FFFFFBFD', ['sos']],
  ])('of a %s whose status is %s are %j', (model, status, alarms) => {
    expect(alarmsOf(model, status).toSorted()).toEqual(alarms)
  })

  it('follow the model reported when the newest session began', () => {
    const [first, second] = [makeSessionId(start - 9 * MINUTE, 1), makeSessionId(start - MINUTE, 1)]
    const { state } = foldAll([
      opened('ST-906L', 1, first),
      opened('LK109', 1, second),
      opened('X', 2, first),
    ])
    expect(state.summary.model).toBe('LK109')
  })

  it('have an id that stays the same when their frames are applied again', () => {
    const entries = inRecords([makeEvent({ raw: v1(start, { status: sos }), receivedAt: start })])
    const ids = () => fold(emptyState(DEVICE_ID), entries, settings).effects.map((effect) => effect.id)
    expect(ids()).toEqual(ids())
    expect(ids()[0]).toMatch(/^1234567890:[0-9a-f]{20}:1:alarm-raised:sos$/)
  })
})

describe('a frame of a session that is not the newest', () => {
  it('moves neither status nor last-seen backwards', () => {
    const [older, newer] = [makeSessionId(start - 9 * MINUTE, 1), makeSessionId(start - MINUTE, 1)]
    const { state } = foldAll([
      makeEvent({ sessionId: newer, receivedAt: start, raw: v1(start, { status: 'FFFFFFFF' }) }),
      makeEvent({
        sessionId: older,
        receivedAt: start - 30_000,
        raw: v1(start - 30_000, { status: 'F7FFFBFF' }),
      }),
    ])
    expect(state.summary).toMatchObject({ lastSeen: start, statusWord: 'FFFFFFFF' })
    expect(state.tail).toHaveLength(2)
  })
})

describe('retention of the history', () => {
  it('never deletes a row: one event from the future costs nothing', () => {
    const events = Array.from({ length: 20 }, (_, i) =>
      makeEvent({ seq: i + 1, receivedAt: start + i * MINUTE, raw: v1(start + i * MINUTE) }),
    )
    const future = makeEvent({ seq: 21, receivedAt: start + 731 * 86_400_000, raw: v1(start) })
    const { state, chunks } = foldAll([...events, future])
    const kept = [...chunks.flatMap((chunk) => decodeRows(chunk.body)), ...state.tail, ...state.late]
    expect(kept.map(({ seq }) => seq).toSorted((x, y) => x - y)).toEqual(
      [...events, future].map(({ seq }) => seq),
    )
    expect(state.retentionDays).toBe(settings.retentionDays)
  })
})

describe('a deleted device', () => {
  it('ignores frames received before its deletion', () => {
    const events = [0, 1, 2].map((i) =>
      makeEvent({ seq: i + 1, receivedAt: start + i * MINUTE, raw: v1(start + i * MINUTE) }),
    )
    const { state } = foldBatches([inRecords(events)], {
      ...emptyState(DEVICE_ID),
      dropBefore: start + 2 * MINUTE,
    })
    expect(state.tail.map((row) => row.seq)).toEqual([3])
  })
})

describe('presence of a device', () => {
  const [first, second] = [makeSessionId(start - 9 * MINUTE, 1), makeSessionId(start - MINUTE, 1)]
  const session = (kind: 'opened' | 'closed', sessionId: string, seq: number) =>
    makeEvent({ kind, sessionId, seq, receivedAt: start + seq, ack: 'none', raw: Buffer.from('203.0.113.9') })
  const reported = (events: readonly SessionEvent[]) => foldAll(events).effects.map(({ kind }) => kind)

  it('is reported when a session begins and when the newest ends', () => {
    expect(reported([session('opened', first, 1), session('closed', first, 2)])).toEqual([
      'online',
      'offline',
    ])
  })

  it('is not reported when a new session replaces one, nor when the displaced one ends', () => {
    const events = [session('opened', first, 1), session('opened', second, 1), session('closed', first, 2)]
    expect(reported(events)).toEqual(['online'])
    expect(foldAll(events).state.summary.online).toBe(true)
  })

  it('is reported after a gateway died silently only if the device had disconnected', () => {
    expect(
      reported([session('opened', first, 1), session('opened', second, 1), session('closed', second, 2)]),
    ).toEqual(['online', 'offline'])
  })

  it('has an event id that stays the same when the session is applied again', () => {
    const ids = () => foldAll([session('opened', first, 1)]).effects.map(({ id }) => id)
    expect(ids()).toEqual([`${DEVICE_ID}:${first}:1:online`])
    expect(ids()).toEqual(ids())
  })

  it('is unknown for a stored item without it', () => {
    const { on: _on, ...item } = toStateItem(foldAll([session('opened', first, 1)]).state)
    expect(fromStateItem(item).summary.online).toBeNull()
    expect(fromStateItem({ ...item, on: 0 }).summary.online).toBe(false)
  })
})
