import { randomUUID } from 'node:crypto'
import type { Database } from '../sqlite.ts'
import { SqsFailure } from './failure.ts'
import { createGroups, type Groups } from './groups.ts'

export type QueueSettings = {
  readonly visibilitySeconds: number
  readonly retentionSeconds: number
  /** The dead-letter queue: after this many receives, a message that was not deleted is moved there. */
  readonly redrive: { readonly queue: string; readonly maxReceives: number } | null
}
export type Queue = QueueSettings & { readonly id: number; readonly name: string; readonly groups: Groups }
export type NewMessage = { readonly group: string; readonly deduplication: string; readonly body: string }
export type Sent = { readonly messageId: string; readonly number: number }
export type Message = Sent &
  NewMessage & {
    readonly receipt: string
    readonly sentAt: number
    readonly receives: number
    readonly firstReceivedAt: number
  }
/** The message that a receipt belongs to. Receipts are opaque to clients. */
type Receipt = { readonly number: number; readonly receives: number }

export type Queues = {
  readonly create: (name: string, settings: QueueSettings) => Queue
  readonly find: (name: string) => Queue
  /** A message with the same deduplication id in the same group within 5 minutes is not stored again. */
  readonly send: (queue: Queue, messages: readonly NewMessage[], now: number) => Sent[]
  readonly receive: (queue: Queue, max: number, visibilitySeconds: number, now: number) => Message[]
  /** False if the receipt is no longer the newest of its message, or the message was deleted. */
  readonly remove: (queue: Queue, receipt: Receipt, now: number) => boolean
  /** False if the message is not in flight with this receipt. */
  readonly setVisibility: (queue: Queue, receipt: Receipt, seconds: number, now: number) => boolean
  /** Deletes messages past the retention of their queue, and deduplication ids past theirs. */
  readonly trim: (now: number) => void
}

const DEDUPLICATION_MS = 5 * 60_000
/** Maximum number of messages that one run of `trim` checks. */
const TRIM_SLICE = 1_000

type Row = {
  readonly number: number
  readonly groupId: string
  readonly deduplication: string
  readonly body: string
  readonly messageId: string
  readonly sentAt: number
  readonly visibleAt: number
  readonly receives: number
  readonly firstReceivedAt: number | null
  readonly isPutBack: number
}

/**
 * FIFO queues in a database, which survive kill -9. Receivers end with this process, so messages in flight can be received again at
 * the next start, except those that were put back for a later time.
 */
export function createQueues(database: Database): Queues {
  database.exec(`
    CREATE TABLE IF NOT EXISTS queues(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
    CREATE TABLE IF NOT EXISTS messages(number INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL,
      groupId TEXT NOT NULL, deduplication TEXT NOT NULL, body TEXT NOT NULL, messageId TEXT NOT NULL,
      sentAt INTEGER NOT NULL, visibleAt INTEGER NOT NULL, receives INTEGER NOT NULL, firstReceivedAt INTEGER,
      isPutBack INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS deduplications(queue INTEGER NOT NULL, groupId TEXT NOT NULL, deduplication TEXT NOT NULL,
      at INTEGER NOT NULL, number INTEGER NOT NULL, messageId TEXT NOT NULL,
      PRIMARY KEY (queue, groupId, deduplication)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS deduplicationsByTime ON deduplications(at)`)
  const queues = new Map<string, Queue>()

  const load = (id: number): Groups => {
    const groups = createGroups()
    const rows = database
      .prepare('SELECT number, groupId, visibleAt, isPutBack FROM messages WHERE queue = ? ORDER BY number')
      .iterate(id) as Iterable<Pick<Row, 'number' | 'groupId' | 'visibleAt' | 'isPutBack'>>
    const putBack: { group: string; number: number; at: number }[] = []
    for (const { number, groupId, visibleAt, isPutBack } of rows) {
      groups.add(groupId, number)
      if (isPutBack === 1) putBack.push({ group: groupId, number, at: visibleAt })
    }
    if (putBack.length > 0) {
      // First marks them as received, so that they are in flight; then restores the time of those that were put back, and releases
      // the others.
      const held = new Map(putBack.map(({ number, at }) => [number, at]))
      const all = groups.receive(Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 0)
      for (const { group, number } of all) groups.setVisibleAt(group, number, held.get(number) ?? 0, 0)
    }
    return groups
  }
  const read = (number: number): Row =>
    database.prepare('SELECT * FROM messages WHERE number = ?').get(number) as Row
  const insert = (
    queue: Queue,
    { group, deduplication, body }: NewMessage,
    sent: Omit<Sent, 'number'>,
    at: number,
  ) =>
    Number(
      database
        .prepare(
          'INSERT INTO messages(queue, groupId, deduplication, body, messageId, sentAt, visibleAt, receives, isPutBack) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)',
        )
        .run(queue.id, group, deduplication, body, sent.messageId, at).lastInsertRowid,
    )
  const drop = (queue: Queue, { groupId, number }: Pick<Row, 'groupId' | 'number'>): void => {
    database.prepare('DELETE FROM messages WHERE number = ?').run(number)
    queue.groups.remove(groupId, number)
  }
  const find = (name: string): Queue => {
    const queue = queues.get(name)
    if (queue) return queue
    throw new SqsFailure('QueueDoesNotExist', 'The specified queue does not exist.')
  }
  /** The message of a receipt; null if it has been received again since. */
  const ofReceipt = (queue: Queue, { number, receives }: Receipt): Row | null => {
    const row = database
      .prepare('SELECT * FROM messages WHERE number = ? AND queue = ?')
      .get(number, queue.id)
    return row !== undefined && row.receives === receives ? (row as unknown as Row) : null
  }

  return {
    find,
    create: (name, settings) => {
      database.prepare('INSERT OR IGNORE INTO queues(name) VALUES (?)').run(name)
      const { id } = database.prepare('SELECT id FROM queues WHERE name = ?').get(name) as { id: number }
      const queue = { ...settings, id, name, groups: load(id) }
      queues.set(name, queue)
      return queue
    },
    send: (queue, messages, now) => {
      const added: { group: string; number: number }[] = []
      const sent = database.atomically(() =>
        messages.map((message): Sent => {
          const { group, deduplication } = message
          const known = database
            .prepare(
              'SELECT number, messageId FROM deduplications WHERE queue = ? AND groupId = ? AND deduplication = ? AND at > ?',
            )
            .get(queue.id, group, deduplication, now - DEDUPLICATION_MS)
          if (known) return { number: Number(known.number), messageId: String(known.messageId) }
          const messageId = randomUUID()
          const number = insert(queue, message, { messageId }, now)
          database
            .prepare('INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?, ?, ?)')
            .run(queue.id, group, deduplication, now, number, messageId)
          added.push({ group, number })
          return { number, messageId }
        }),
      )
      for (const { group, number } of added) queue.groups.add(group, number)
      return sent
    },
    receive: (queue, max, visibilitySeconds, now) => {
      const until = now + visibilitySeconds * 1_000
      const received = queue.groups.receive(max, until, now)
      if (received.length === 0) return []
      const dead: Row[] = []
      const messages = database.atomically(() =>
        received.flatMap(({ number }): Message[] => {
          const row = read(number)
          if (queue.redrive !== null && row.receives >= queue.redrive.maxReceives) {
            dead.push(row)
            return []
          }
          const receives = row.receives + 1
          const firstReceivedAt = row.firstReceivedAt ?? now
          database
            .prepare(
              'UPDATE messages SET receives = ?, firstReceivedAt = ?, visibleAt = ?, isPutBack = 0 WHERE number = ?',
            )
            .run(receives, firstReceivedAt, until, number)
          const { groupId: group, deduplication, body, messageId, sentAt } = row
          const receipt = toReceipt({ number, receives })
          return [
            { number, messageId, group, deduplication, body, receipt, sentAt, receives, firstReceivedAt },
          ]
        }),
      )
      for (const row of dead) {
        const target = find(queue.redrive!.queue)
        const { groupId: group, deduplication, body, messageId } = row
        const number = insert(target, { group, deduplication, body }, { messageId }, row.sentAt)
        target.groups.add(group, number)
        drop(queue, row)
      }
      return messages
    },
    remove: (queue, receipt, now) => {
      const row = ofReceipt(queue, receipt)
      // The old receipt of a message that can be received again does not remove it, because later messages of its group may have
      // been received.
      if (row === null || !queue.groups.setVisibleAt(row.groupId, row.number, Number.MAX_SAFE_INTEGER, now))
        return false
      drop(queue, row)
      return true
    },
    setVisibility: (queue, receipt, seconds, now) => {
      const row = ofReceipt(queue, receipt)
      const at = now + seconds * 1_000
      if (row === null || !queue.groups.setVisibleAt(row.groupId, row.number, at, now)) return false
      database
        .prepare('UPDATE messages SET visibleAt = ?, isPutBack = ? WHERE number = ?')
        .run(at, seconds > 0 ? 1 : 0, row.number)
      return true
    },
    trim: (now) => {
      database.prepare('DELETE FROM deduplications WHERE at <= ?').run(now - DEDUPLICATION_MS)
      for (const queue of queues.values()) {
        // Numbers follow time, so the lowest ones are the oldest.
        const oldest = database
          .prepare('SELECT number, groupId, sentAt FROM messages WHERE queue = ? ORDER BY number LIMIT ?')
          .all(queue.id, TRIM_SLICE) as Pick<Row, 'number' | 'groupId' | 'sentAt'>[]
        const before = now - queue.retentionSeconds * 1_000
        for (const row of oldest) if (row.sentAt <= before) drop(queue, row)
      }
    },
  }
}

const toReceipt = ({ number, receives }: Receipt): string =>
  Buffer.from(JSON.stringify([number, receives])).toString('base64')

/** Null if it is not a receipt of this server. */
export function readReceipt(text: unknown): Receipt | null {
  try {
    const [number, receives] = JSON.parse(Buffer.from(String(text), 'base64').toString()) as unknown[]
    return typeof number === 'number' && typeof receives === 'number' ? { number, receives } : null
  } catch {
    return null
  }
}
