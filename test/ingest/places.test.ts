import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '#shared/domain/event.ts'
import { toArea } from '#shared/domain/places/place.ts'
import { itemSize } from '#shared/history/item-size.ts'
import { decodePresence, encodePresence } from '#shared/history/presence-bytes.ts'
import { emptyState, fromStateItem, toStateItem, type StoredState } from '#shared/history/state.ts'
import { toBusEvent } from '../../lambdas/ingest/effects.ts'
import { fold, type Entry } from '../../lambdas/ingest/fold.ts'
import { inRecords, makeEvent, v1 } from './events.ts'

const MINUTE = 60_000
const start = Date.UTC(2026, 0, 10, 12)
const DEVICE_ID = '1234567890'
const depot = toArea({
  placeId: 'pl_00000000000a',
  name: 'Depot',
  stayMinutes: null,
  shape: { type: 'circle', center: { latitude: 42.35, longitude: -7.8766 }, radiusMeters: 1_000 },
})
const settings = { retentionDays: 365, areas: [depot] }
const IN_DEPOT = '4221.0000'
const AWAY = '4222.0000'
const FAR_AWAY = '5221.0000'
const IGNITION_ON = 'FFFFBFFF'
const IGNITION_OFF = 'FFFFBBFF'

type Sent = { minute: number; latitude: string; receivedMinute?: number; speed?: string; status?: string }
const eventsOf = (sent: readonly Sent[]): SessionEvent[] =>
  sent.map(({ minute, latitude, receivedMinute = minute, speed = '000.00', status }, i) =>
    makeEvent({
      seq: i + 1,
      deviceId: DEVICE_ID,
      receivedAt: start + receivedMinute * MINUTE + 1_234,
      raw: v1(start + minute * MINUTE, { latitude, speed, ...(status && { status }) }),
    }),
  )

function foldBatches(batches: readonly (readonly Entry[])[], from = emptyState(DEVICE_ID), with_ = settings) {
  let state: StoredState = from
  const events = []
  for (const batch of batches) {
    const result = fold(state, batch, with_)
    events.push(...result.effects.map(toBusEvent))
    if (result.applied === 0) continue
    const saved = { ...result.state, version: state.version + 1 }
    state = fromStateItem(toStateItem(saved, result.tail ?? undefined, result.late ?? undefined))
  }
  const short = events
    .filter(({ type }) => /^(place|speed)\.|parked/.test(type))
    .map(
      ({ type, at, data }) => `${type} ${(at - start) / MINUTE}${'late' in data && data.late ? ' late' : ''}`,
    )
  return { state, events, short }
}

describe('places in the fold', () => {
  it('cause events with the fix that shows them, and are part of the state', () => {
    const { state, events, short } = foldBatches([
      inRecords(
        eventsOf([
          { minute: 0, latitude: AWAY },
          { minute: 1, latitude: IN_DEPOT },
        ]),
      ),
    ])
    expect(short).toEqual(['place.entered 1'])
    expect(events.at(-1)).toEqual({
      id: `${DEVICE_ID}:place.entered:pl_00000000000a:${start + MINUTE}`,
      deviceId: DEVICE_ID,
      at: start + MINUTE,
      type: 'place.entered',
      data: {
        placeId: 'pl_00000000000a',
        name: 'Depot',
        fixTime: '2026-01-10T12:01:00.000Z',
        receivedAt: '2026-01-10T12:01:01.234Z',
        late: false,
        latitude: 42.35,
        longitude: expect.closeTo(-7.8766, 3),
      },
    })
    expect(state.presence?.inside).toEqual([
      { placeId: 'pl_00000000000a', since: start + MINUTE, stayed: false },
    ])
  })

  it.each([
    ['away and back', [IN_DEPOT, IN_DEPOT, FAR_AWAY, IN_DEPOT, IN_DEPOT], []],
    ['into a place and back', [FAR_AWAY, FAR_AWAY, IN_DEPOT, FAR_AWAY, FAR_AWAY], []],
    ['away, then leaves', [IN_DEPOT, FAR_AWAY, IN_DEPOT, AWAY, AWAY], ['place.left 3']],
    ['far away and stays', [IN_DEPOT, IN_DEPOT, FAR_AWAY, FAR_AWAY, FAR_AWAY], ['place.left 3']],
  ])('are not left or entered where the receiver jumps: %s', (_, latitudes, expected) => {
    const entries = inRecords(eventsOf(latitudes.map((latitude, minute) => ({ minute, latitude }))))
    const isInside = latitudes[0] === IN_DEPOT
    const each = foldBatches(entries.map((entry) => [entry])).short
    expect(each).toEqual([...(isInside ? ['place.entered 0'] : []), ...expected])
    expect(foldBatches([entries]).short).toEqual(each)
  })

  it('detect a visit in frames that the tracker had stored', () => {
    const sent: Sent[] = [
      { minute: 0, latitude: AWAY },
      { minute: 100, latitude: AWAY },
      ...[50, 60, 70].map((minute) => ({ minute, latitude: IN_DEPOT, receivedMinute: 101 })),
      { minute: 80, latitude: AWAY, receivedMinute: 101 },
    ]
    expect(foldBatches([inRecords(eventsOf(sent))]).short).toEqual([
      'place.entered 50 late',
      'place.left 80 late',
    ])
  })

  it('are not left where a stored fix shows a jump of the receiver', () => {
    const stored = [IN_DEPOT, FAR_AWAY, FAR_AWAY, IN_DEPOT].map((latitude, i) => ({
      minute: 50 + i,
      latitude,
      receivedMinute: 101,
    }))
    const sent: Sent[] = [{ minute: 0, latitude: IN_DEPOT }, { minute: 100, latitude: IN_DEPOT }, ...stored]
    const entries = inRecords(eventsOf(sent))
    expect(foldBatches([entries]).short).toEqual(['place.entered 0'])
    expect(foldBatches(entries.map((entry) => [entry])).short).toEqual(['place.entered 0'])
  })

  it('cause the same events and state however batches are split, redelivered and repeated', () => {
    const one = fc.record({
      latitude: fc.constantFrom(IN_DEPOT, AWAY, FAR_AWAY),
      step: fc.integer({ min: 1, max: 20 }),
      delay: fc.constantFrom(0, 0, 0, 40),
      speed: fc.constantFrom('000.00', '060.00'),
      status: fc.constantFrom(IGNITION_ON, IGNITION_OFF, IGNITION_OFF),
    })
    const cuts = fc.array(fc.record({ length: fc.integer({ min: 1, max: 6 }), back: fc.nat(6) }), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), cuts, (steps, cuts) => {
        let minute = 0
        const sent = steps.map(({ step, delay, ...rest }) => {
          minute += step
          return { ...rest, minute: minute - delay, receivedMinute: minute }
        })
        const entries = inRecords(eventsOf(sent))
        const batches: Entry[][] = []
        let at = 0
        for (const { length, back } of cuts) {
          batches.push(entries.slice(Math.max(0, at - back), at + length))
          at += length
        }
        batches.push(entries.slice(Math.min(at, entries.length)))
        const limited = { ...emptyState(DEVICE_ID), speedLimitKmh: 80 }
        const whole = foldBatches([entries], limited)
        const cut = foldBatches(batches, limited)
        expect(cut.events).toEqual(whole.events)
        expect(cut.state.presence).toEqual(whole.state.presence)
        expect(cut.state.speed).toEqual(whole.state.speed)
        expect(cut.state.parked).toEqual(whole.state.parked)
      }),
    )
  })

  it('keep their state when the list of places is unavailable, and end when it is empty', () => {
    const sent = eventsOf([
      { minute: 0, latitude: IN_DEPOT },
      { minute: 1, latitude: AWAY },
    ])
    const { state } = foldBatches([inRecords(sent.slice(0, 1))])
    const later = inRecords(sent.slice(1), 1, 9n)
    const unknown = fold(state, later, { retentionDays: 365 })
    expect(unknown.state.presence).toEqual(state.presence)
    expect(unknown.effects).toEqual([])
    const none = fold(state, later, { retentionDays: 365, areas: [] })
    expect([none.state.presence, none.effects]).toEqual([null, []])
  })

  it('keep the item of the device within its size limit, with 8 places and any gaps', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({
      ...depot,
      placeId: `pl_${String(i).padStart(12, '0')}`,
    }))
    const sent = Array.from({ length: 120 }, (_, i) => ({
      minute: i % 3 === 2 ? i * 30 - 45 : i * 30,
      latitude: i % 2 === 0 ? IN_DEPOT : AWAY,
      receivedMinute: i * 30,
    }))
    const { state } = foldBatches([inRecords(eventsOf(sent))], emptyState(DEVICE_ID), {
      ...settings,
      areas: many,
    })
    expect(itemSize(toStateItem(state))).toBeLessThanOrEqual(1_000)
    expect(encodePresence(state.presence!).length).toBeLessThan(350)
    expect(decodePresence(encodePresence(state.presence!))).toEqual(state.presence)
  })
})

describe('a speed limit in the fold', () => {
  const limited = { ...emptyState(DEVICE_ID), speedLimitKmh: 80 }
  const drive = (...speeds: readonly string[]): Sent[] =>
    speeds.map((speed, minute) => ({ minute, latitude: AWAY, speed }))

  it('causes an event after two fixes in a row over or within it', () => {
    const sent = drive('060.00', '020.00', '060.00', '070.00', '020.00', '060.00', '020.00', '020.00')
    const { short, events } = foldBatches([inRecords(eventsOf(sent))], limited)
    expect(short).toEqual(['speed.exceeded 3', 'speed.ok-again 7'])
    expect(events.at(-1)?.data).toMatchObject({
      limitKmh: 80,
      speedKmh: 37,
      topSpeedKmh: 129.6,
      since: '2026-01-10T12:02:00.000Z',
    })
  })

  it('is not checked with frames that are older than the newest', () => {
    const sent = [
      ...drive('020.00', '020.00'),
      ...[-9, -8, -7].map((minute) => ({ minute, latitude: AWAY, speed: '080.00', receivedMinute: 30 })),
    ]
    expect(foldBatches([inRecords(eventsOf(sent))], limited).short).toEqual([])
  })
})

describe('a parked device in the fold', () => {
  const settings = { retentionDays: 365, areas: [] }
  const drive = { minute: 0, latitude: AWAY, speed: '020.00', status: IGNITION_ON }
  const parked = [1, 4, 7].map((minute) => ({ minute, latitude: AWAY }))

  /** The same journey of a device as it should be wired, and of one that is wired the other way. */
  const bothWirings = (sent: readonly Sent[]) => {
    const inverted = sent.map(({ status = IGNITION_OFF, ...rest }) => ({
      ...rest,
      status: status === IGNITION_OFF ? IGNITION_ON : IGNITION_OFF,
    }))
    return [
      { state: emptyState(DEVICE_ID), events: eventsOf(sent) },
      { state: { ...emptyState(DEVICE_ID), ignitionWiring: 'inverted' }, events: eventsOf(inverted) },
    ] as const
  }

  it('that is towed causes an event with both points', () => {
    const towed = [8, 9, 10].map((minute) => ({ minute, latitude: '4222.5000' }))
    const sent = eventsOf([drive, ...parked, ...towed])
    const { short, events } = foldBatches([inRecords(sent)], emptyState(DEVICE_ID), settings)
    expect(short).toEqual(['device.moved-parked 9'])
    expect(events.at(-1)).toEqual({
      id: `${DEVICE_ID}:device.moved-parked:${start + 9 * MINUTE}`,
      deviceId: DEVICE_ID,
      at: start + 9 * MINUTE,
      type: 'device.moved-parked',
      data: {
        since: '2026-01-10T12:01:00.000Z',
        parkedLatitude: expect.closeTo(42.3667, 3),
        parkedLongitude: expect.closeTo(-7.8766, 3),
        meters: 927,
        fixTime: '2026-01-10T12:09:00.000Z',
        receivedAt: '2026-01-10T12:09:01.234Z',
        late: false,
        latitude: expect.closeTo(42.375, 3),
        longitude: expect.closeTo(-7.8766, 3),
      },
    })
  })

  it('causes a late event when the tracker had stored the frame', () => {
    const towed = [8, 9].map((minute) => ({ minute, latitude: '4222.5000', receivedMinute: 60 }))
    for (const { state, events } of bothWirings([drive, ...parked, ...towed]))
      expect(
        foldBatches(
          inRecords(events).map((entry) => [entry]),
          state,
          settings,
        ).short,
      ).toEqual(['device.moved-parked 9 late'])
  })

  it('causes the same event with the ignition wired the other way round', () => {
    const one = fc.record({
      latitude: fc.constantFrom(AWAY, AWAY, '4222.5000'),
      step: fc.integer({ min: 1, max: 6 }),
      speed: fc.constantFrom('000.00', '020.00'),
      status: fc.constantFrom(IGNITION_ON, IGNITION_OFF, IGNITION_OFF, IGNITION_OFF),
    })
    let moves = 0
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (steps) => {
        let minute = 7
        const moved = steps.map(({ step, ...rest }) => ({ ...rest, minute: (minute += step) }))
        const [plain, inverted] = bothWirings([drive, ...parked, ...moved]).map(({ state, events }) =>
          foldBatches(
            inRecords(events).map((entry) => [entry]),
            state,
            settings,
          ),
        )
        expect(inverted!.events).toEqual(plain!.events)
        expect(inverted!.state.parked).toEqual(plain!.state.parked)
        moves += plain!.short.length
      }),
    )
    expect(moves).toBeGreaterThan(0)
  })

  it('is not watched if its ignition is not connected, whatever the bit shows', () => {
    const one = fc.record({
      latitude: fc.constantFrom(AWAY, AWAY, '4222.5000'),
      step: fc.integer({ min: 1, max: 6 }),
      speed: fc.constantFrom('000.00', '020.00'),
      status: fc.constantFrom(IGNITION_ON, IGNITION_OFF, IGNITION_OFF, IGNITION_OFF),
    })
    const towed = [8, 9, 10].map((minute) => ({ minute, latitude: '4222.5000' }))
    const unwired = { ...emptyState(DEVICE_ID), ignitionWiring: 'none' } as const
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (steps) => {
        let minute = 10
        const moved = steps.map(({ step, ...rest }) => ({ ...rest, minute: (minute += step) }))
        const entries = inRecords(eventsOf([drive, ...parked, ...towed, ...moved]))
        const { short, state } = foldBatches(
          entries.map((entry) => [entry]),
          unwired,
          settings,
        )
        expect(short).toEqual([])
        expect(state).toMatchObject({ ignitionWiring: 'none', parked: null })
      }),
    )
  })

  it.each([
    [undefined, 'normal'],
    [1, 'inverted'],
    [2, 'none'],
  ])('has in a stored state with ii %s the ignition wiring %s', (ii, ignitionWiring) => {
    const { ii: _, ...item } = toStateItem({ ...emptyState(DEVICE_ID), version: 1, ignitionWiring: 'none' })
    const state = fromStateItem({ ...item, ...(ii !== undefined && { ii }) })
    expect(state.ignitionWiring).toBe(ignitionWiring)
    expect(toStateItem(state)['ii']).toBe(ii)
  })

  it('has nothing stored before its first drive with the ignition on', () => {
    const { state } = foldBatches([inRecords(eventsOf(parked))], emptyState(DEVICE_ID), settings)
    expect(toStateItem(state)).not.toHaveProperty('pw')
  })
})
