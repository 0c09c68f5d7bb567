import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nothingUnterminated } from '#h02/catalogue/index.ts'
import { createConnects } from '../../container/relay/connects.ts'
import type { TrackerFacts } from '../../container/relay/judge.ts'
import { cutPieces, endPiece, MAX_PIECE_BYTES } from '../../container/relay/pieces.ts'
import {
  CHUNK_OVERHEAD,
  MAX_HELD_BYTES,
  newRelay,
  relayDueAt,
  stepRelay,
  type RelayAction,
  type RelayInput,
  type RelayState,
} from '../../container/relay/relay-state.ts'

const free: TrackerFacts = {
  sent: nothingUnterminated,
  isQuiet: false,
  hasOpenCommand: false,
  isTrusted: true,
}

/** A relay with a clock in the test's hand. */
class Scene {
  at = 0
  state: RelayState = newRelay
  tracker: TrackerFacts = free
  readonly actions: RelayAction[] = []

  step(input: RelayInput): RelayAction[] {
    const { state, actions } = stepRelay(this.state, input)
    this.state = state
    this.actions.push(...actions)
    return [...actions]
  }
  open(): this {
    this.step({ kind: 'turn', at: this.at })
    this.step({ kind: 'connected', at: this.at })
    return this
  }
  fromTracker(bytes: number, unsent = 0, limit = MAX_HELD_BYTES): RelayAction[] {
    return this.step({ kind: 'from-tracker', bytes: new Uint8Array(bytes), unsent, limit })
  }
  say(text: string): RelayAction[] {
    const { at, tracker } = this
    return this.step({ kind: 'from-server', at, bytes: Buffer.from(text, 'latin1'), replies: 'all', tracker })
  }
  pass(ms: number): RelayAction[] {
    this.at += ms
    return this.step({ kind: 'time', at: this.at, replies: 'all', tracker: this.tracker })
  }
  lose(random = 1): RelayAction[] {
    return this.step({ kind: 'lost', at: this.at, random })
  }
}
const kinds = (actions: readonly RelayAction[]): string[] => actions.map(({ kind }) => kind)
const droppedOf = (actions: readonly RelayAction[]): number =>
  actions.reduce((sum, action) => sum + (action.kind === 'dropped' ? action.bytes : 0), 0)

describe('bytes for the relay server', () => {
  it('wait for the connection, and are sent in order', () => {
    const scene = new Scene()
    scene.fromTracker(1)
    scene.fromTracker(2)
    scene.open()
    scene.fromTracker(3)
    const sent = scene.actions.flatMap((action) => (action.kind === 'send' ? action.bytes.length : []))
    expect(sent).toEqual([1, 2, 3])
  })

  it('are buffered up to 64 kB with their overhead, and the oldest are dropped', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 60 }), (sizes) => {
        const scene = new Scene()
        for (const size of sizes) scene.fromTracker(size)
        const held = scene.state.held.map(({ length }) => length)
        expect(scene.state.heldBytes).toBe(held.reduce((sum, size) => sum + size + CHUNK_OVERHEAD, 0))
        expect(scene.state.heldBytes).toBeLessThanOrEqual(MAX_HELD_BYTES)
        expect(held).toEqual(sizes.slice(sizes.length - held.length))
        expect(droppedOf(scene.actions)).toBe(
          sizes.slice(0, sizes.length - held.length).reduce((a, b) => a + b, 0),
        )
      }),
    )
  })

  it('have a smaller buffer while all relays together buffer much', () => {
    const scene = new Scene()
    for (let n = 0; n < 10; n++) scene.fromTracker(2_000, 0, 4_096)
    expect(scene.state.held).toHaveLength(1)
  })

  it('end the connection at 64 kB when the server does not read them', () => {
    const scene = new Scene().open()
    expect(kinds(scene.fromTracker(100, MAX_HELD_BYTES - 100))).toEqual(['send'])
    expect(scene.fromTracker(100, MAX_HELD_BYTES - 99)).toEqual([
      { kind: 'leave', why: 'stalled' },
      { kind: 'dropped', bytes: MAX_HELD_BYTES + 1 },
    ])
    scene.lose()
    expect(scene.state.phase).toBe('waiting')
  })
})

describe('a lost connection to the relay server', () => {
  it('is retried after 1 s, doubling up to 5 minutes, with jitter', () => {
    const waits = (random: number): number[] => {
      const scene = new Scene()
      return Array.from({ length: 10 }, () => {
        scene.step({ kind: 'turn', at: scene.at })
        scene.lose(random)
        const wait = relayDueAt(scene.state) - scene.at
        expect(kinds(scene.pass(wait - 1))).toEqual([])
        expect(kinds(scene.pass(1))).toEqual(['ask'])
        return wait / 1_000
      })
    }
    expect(waits(1)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
    expect(waits(0)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 150])
  })

  it('that lasted a minute is tried again soon', () => {
    const scene = new Scene().open()
    for (let n = 0; n < 5; n++) {
      scene.lose()
      scene.pass(relayDueAt(scene.state) - scene.at)
      scene.open()
    }
    scene.at += 60_000
    scene.lose()
    expect(relayDueAt(scene.state) - scene.at).toBe(1_000)
  })

  it('has its incomplete text recorded, but never written', () => {
    const scene = new Scene().open()
    scene.say('CXZT')
    expect(kinds(scene.lose())).toEqual(['record', 'withheld'])
    expect(scene.state.partial).toHaveLength(0)
  })
})

describe('bytes of the relay server', () => {
  it('are cut into the same pieces however they arrive', () => {
    const frame = fc.constantFrom('*HQ,1,R12,120000#', '*HQ,1,S20,1,1#', '\r\n*HQ,1,D1#', 'C10#')
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 20 }),
        fc.array(fc.nat(300), { maxLength: 10 }),
        (frames, cuts) => {
          const stream = Buffer.from(frames.join(''))
          const whole = cutPieces(stream, 1_000)
          const marks = [...cuts.filter((cut) => cut < stream.length), stream.length].toSorted(
            (a, b) => a - b,
          )
          let left: Uint8Array = new Uint8Array()
          const pieces = marks.flatMap((end, n) => {
            const cut = cutPieces(Buffer.concat([left, stream.subarray(marks[n - 1] ?? 0, end)]), 1_000)
            left = cut.left
            return cut.pieces
          })
          const textOf = (some: typeof pieces) => some.map(({ bytes }) => Buffer.from(bytes).toString())
          expect(textOf(pieces)).toEqual(textOf([...whole.pieces]))
          expect(textOf(pieces)).toEqual(frames)
        },
      ),
    )
  })

  it('are never a command when they are longer than any command', () => {
    const { pieces, left } = cutPieces(Buffer.from('x'.repeat(2_500)), 100)
    expect(pieces.map(({ bytes, isWhole }) => [bytes.length, isWhole])).toEqual([
      [MAX_PIECE_BYTES, false],
      [MAX_PIECE_BYTES, false],
    ])
    expect(endPiece(left).isWhole).toBe(true)
    const long = cutPieces(Buffer.from(`*${'x'.repeat(1_500)}#`), 100)
    expect(long.pieces.map(({ isWhole }) => isWhole)).toEqual([false])
  })

  it('are dropped beyond 64 pieces of one read', () => {
    const scene = new Scene().open()
    scene.tracker = { ...free, isTrusted: false }
    const actions = scene.say('*#'.repeat(100))
    expect(actions.filter(({ kind }) => kind === 'record')).toHaveLength(64)
    expect(actions.at(-1)).toEqual({ kind: 'flooded', bytes: 72 })
    expect(scene.state.partial).toHaveLength(0)
  })

  it('wait in order for the silence after a text, and are dropped after 2 s', () => {
    const scene = new Scene().open()
    scene.tracker = { ...free, isQuiet: true }
    expect(kinds(scene.say('*HQ,1,S26,1#*HQ,1,S14,1#'))).toEqual(['record', 'record'])
    expect(scene.pass(1_999)).toEqual([])
    scene.tracker = free
    expect(kinds(scene.pass(0))).toEqual(['write', 'write'])
    scene.tracker = { ...free, hasOpenCommand: true }
    scene.say('*HQ,1,S26,2#')
    expect(scene.pass(2_000)).toEqual([{ kind: 'withheld', reason: 'open-command' }])
    expect(relayDueAt(scene.state)).toBe(Infinity)
  })

  it('are written at most twenty times a minute', () => {
    const scene = new Scene().open()
    for (let n = 0; n < 30; n++) scene.say(`*HQ,1,S26,${n}#`)
    expect(kinds(scene.actions).filter((kind) => kind === 'write')).toHaveLength(20)
    scene.pass(60_000)
    expect(kinds(scene.say('*HQ,1,S26,31#'))).toContain('write')
  })

  it('that are a text end with a silence of 300 ms', () => {
    const scene = new Scene().open()
    expect(scene.say('CX')).toEqual([])
    scene.at += 299
    expect(scene.say('ZT')).toEqual([])
    expect(scene.pass(299)).toEqual([])
    expect(kinds(scene.pass(1))).toEqual(['record', 'write'])
  })
})

it('relay connections: at most 64 at once and 50 a second, however many are requested', () => {
  let at = 0
  const turns: number[] = []
  const connects = createConnects<number>({ monotonic: () => at, onTurn: (relay) => void turns.push(relay) })
  for (let n = 0; n < 10_000; n++) connects.ask(n)
  expect(turns).toHaveLength(50)
  at += 1_000
  connects.pass()
  expect(turns).toHaveLength(64)
  for (const n of turns) connects.done(n)
  at += 1_000
  connects.pass()
  expect(turns).toHaveLength(114)
  expect(turns).toEqual(Array.from({ length: 114 }, (_, n) => n))
  connects.done(9_999)
  expect(connects.waiting()).toBe(10_000 - 115)
})
