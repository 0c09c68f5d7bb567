import { signal } from '@preact/signals'
import { frameOf, peek } from '#h02'
import type { paths } from '../../api/openapi-types.ts'
import { directionOf, type Direction, type EventKind } from '../../shared/domain/event.ts'
import { answerOf } from '../api/client.ts'
import type { FrameAnswer } from '../api/types.ts'
import { api } from './session.ts'
import { createGuard } from './guard.ts'
import { currentTime } from './clock.ts'

/** A row of the terminal: the fields that the frames route and the live topic have in common. */
export type WireRow = {
  /** `<session>:<seq>`: the same from both sources. */
  readonly id: string
  readonly direction: Direction
  readonly kind: EventKind
  readonly receivedAt: number
  readonly sessionId: string
  readonly seq: number
  readonly ack: string | null
  /** Wire tag; null for session rows and `*HQ,<id>,#`. */
  readonly type: string | null
  readonly hex: string | null
  /** Readable text; null: binary, shown as hex. */
  readonly text: string | null
}

export type LiveRow = {
  readonly kind: WireRow['kind']
  readonly sessionId: string
  readonly seq: number
  readonly receivedAt: number
  readonly ack: string
  readonly raw: string
}

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** `$` and `X` records are binary; all others are text, perhaps with a few other bytes. */
const isBinary = (bytes: Uint8Array): boolean => bytes[0] === 0x24 || bytes[0] === 0x58

const toText = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

const fromFrame = (frame: FrameAnswer): WireRow => ({
  id: `${frame.sessionId}:${frame.seq}`,
  direction: frame.direction,
  kind: frame.kind,
  receivedAt: Date.parse(frame.receivedAt),
  sessionId: frame.sessionId,
  seq: frame.seq,
  ack: frame.ack,
  type: frame.type,
  hex: frame.hex,
  text: frame.hex === null ? frame.text : isBinary(bytesOf(frame.hex)) ? null : toText(bytesOf(frame.hex)),
})

function fromLive(row: LiveRow): WireRow {
  const bytes = bytesOf(row.raw)
  const base = {
    id: `${row.sessionId}:${row.seq}`,
    receivedAt: row.receivedAt,
    sessionId: row.sessionId,
    seq: row.seq,
  }
  if (row.kind === 'opened' || row.kind === 'closed')
    return {
      ...base,
      kind: row.kind,
      direction: 'session',
      ack: null,
      type: null,
      hex: null,
      text: toText(bytes),
    }
  return {
    ...base,
    kind: row.kind,
    direction: directionOf[row.kind],
    ack: row.kind === 'frame' ? row.ack : null,
    type: row.kind === 'frame' ? peek(frameOf(bytes)).type : null,
    hex: row.raw,
    text: isBinary(bytes) && row.kind === 'frame' ? null : toText(bytes),
  }
}

const compare = (a: WireRow, b: WireRow): number =>
  a.receivedAt - b.receivedAt ||
  (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : a.seq - b.seq)

/** Rows in memory; older ones are fetched again when someone scrolls to them. */
const MAX_ROWS = 4_000
const PAGE_SIZE = 200
/**
 * A minute for differences between clocks; half a day for frames that a tracker stored without coverage (PROTOCOL.md
 * section 6.3: up to 6 h).
 */
export const lookBack = { short: 60_000, long: 12 * 3_600_000 } as const

type FrameQuery = paths['/v1/devices/{deviceId}/frames']['get']['parameters']['query']

export type Terminal = ReturnType<typeof createTerminal>

/** All loaded traffic of a device: history backwards, live forwards. */
export function createTerminal(deviceId: string) {
  const rows = signal<readonly WireRow[]>([])
  const isComplete = signal(false)
  const isLoading = signal(false)
  const { trouble, guard } = createGuard()
  const known = new Map<string, WireRow>()
  let olderCursor: string | null | undefined
  let pending: WireRow[] = []
  let frame = 0

  const merge = (some: readonly WireRow[], drop: 'oldest' | 'newest'): void => {
    const fresh = some.filter(({ id }) => !known.has(id))
    if (fresh.length === 0) return
    for (const row of fresh) known.set(row.id, row)
    const last = rows.peek().at(-1)
    const isInOrder = fresh.every((row, i) => i === 0 || compare(fresh[i - 1]!, row) <= 0)
    let next: WireRow[]
    if (isInOrder && (last === undefined || compare(last, fresh[0]!) <= 0)) next = [...rows.peek(), ...fresh]
    else next = [...rows.peek(), ...fresh].sort(compare)
    if (next.length > MAX_ROWS && drop === 'oldest') {
      for (const { id } of next.splice(0, next.length - MAX_ROWS)) known.delete(id)
      // Dropped rows can be loaded again, from where the rows now begin.
      isComplete.value = false
      olderCursor = undefined
    }
    rows.value = next
  }

  const page = async (query: FrameQuery) => {
    const params = { path: { deviceId }, query }
    const answer = await answerOf(api.GET('/v1/devices/{deviceId}/frames', { params }))
    return { rows: answer.items.map(fromFrame), nextCursor: answer.nextCursor }
  }

  return {
    deviceId,
    rows,
    isComplete,
    isLoading,
    trouble,
    /** Loads one page of older rows. */
    loadOlder: async (): Promise<void> => {
      if (isLoading.peek() || isComplete.peek()) return
      isLoading.value = true
      await guard(async () => {
        const oldest = rows.peek()[0]
        const query = { limit: PAGE_SIZE, order: 'desc' as const, cursor: olderCursor ?? undefined }
        const from =
          olderCursor === undefined && oldest ? { to: new Date(oldest.receivedAt + 1).toISOString() } : {}
        const answer = await page(olderCursor === undefined ? { ...query, ...from } : query)
        olderCursor = answer.nextCursor
        if (answer.nextCursor === null) isComplete.value = true
        merge(answer.rows, 'newest')
      })
      isLoading.value = false
    },
    /**
     * Loads rows since the newest one: closes the gap after an interruption, and replaces the live view where there is
     * none. Stored frames are found by their fix time: `lookBackMs` is the maximum age of stored frames that must not
     * be missed.
     */
    catchUp: (lookBackMs: number): Promise<void> =>
      guard(async () => {
        const newest = rows.peek().at(-1)
        const from = new Date((newest?.receivedAt ?? currentTime()) - lookBackMs).toISOString()
        let cursor: string | undefined
        do {
          const answer = await page({ limit: 1_000, order: 'asc', from, cursor })
          merge(answer.rows, 'oldest')
          cursor = answer.nextCursor ?? undefined
        } while (cursor !== undefined)
      }),
    /** Adds live rows and draws them once per frame: two hundred rows per second would otherwise be drawn one by one. */
    addLive: (some: readonly LiveRow[]): void => {
      pending.push(...some.map(fromLive))
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const fresh = pending
        pending = []
        merge(fresh, 'oldest')
      })
    },
    stop: (): void => cancelAnimationFrame(frame),
  }
}
