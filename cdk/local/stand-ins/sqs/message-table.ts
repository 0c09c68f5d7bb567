import type { Database } from '../sqlite.ts'

export type NewMessage = { readonly group: string; readonly deduplication: string; readonly body: string }
export type Sent = { readonly messageId: string; readonly number: number }

/** A stored message. Those that were put back for a later time stay invisible until then, over a restart too. */
export type StoredMessage = {
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

export type ListedMessage = Pick<StoredMessage, 'number' | 'groupId' | 'sentAt' | 'visibleAt' | 'isPutBack'>

/** The messages of all queues, and the deduplication ids of those that were sent. */
export function openMessages(database: Database) {
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
  return {
    /** The id of a queue, which is stored if it is new. */
    queueId: (name: string): number => {
      database.prepare('INSERT OR IGNORE INTO queues(name) VALUES (?)').run(name)
      return Number(database.prepare('SELECT id FROM queues WHERE name = ?').get(name)!.id)
    },
    /** The messages of a queue, oldest first: numbers follow time. */
    list: (queue: number, limit = -1) =>
      database
        .prepare(
          'SELECT number, groupId, sentAt, visibleAt, isPutBack FROM messages WHERE queue = ? ORDER BY number LIMIT ?',
        )
        .iterate(queue, limit) as Iterable<ListedMessage>,
    find: (queue: number, number: number): StoredMessage | null =>
      (database
        .prepare('SELECT * FROM messages WHERE number = ? AND queue = ?')
        .get(number, queue) as unknown as StoredMessage | undefined) ?? null,
    /** Returns its number. */
    insert: (
      queue: number,
      { group, deduplication, body }: NewMessage,
      messageId: string,
      sentAt: number,
    ): number =>
      Number(
        database
          .prepare(
            'INSERT INTO messages(queue, groupId, deduplication, body, messageId, sentAt, visibleAt, receives, isPutBack) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)',
          )
          .run(queue, group, deduplication, body, messageId, sentAt).lastInsertRowid,
      ),
    setReceived: (
      number: number,
      { receives, firstReceivedAt }: { readonly receives: number; readonly firstReceivedAt: number },
      visibleAt: number,
    ): void => {
      database
        .prepare(
          'UPDATE messages SET receives = ?, firstReceivedAt = ?, visibleAt = ?, isPutBack = 0 WHERE number = ?',
        )
        .run(receives, firstReceivedAt, visibleAt, number)
    },
    setVisibleAt: (number: number, visibleAt: number, isPutBack: boolean): void => {
      database
        .prepare('UPDATE messages SET visibleAt = ?, isPutBack = ? WHERE number = ?')
        .run(visibleAt, isPutBack ? 1 : 0, number)
    },
    remove: (number: number): void => {
      database.prepare('DELETE FROM messages WHERE number = ?').run(number)
    },

    /** The message that was sent with the same deduplication id after `since`. */
    findSent: (queue: number, { group, deduplication }: NewMessage, since: number): Sent | null => {
      const known = database
        .prepare(
          'SELECT number, messageId FROM deduplications WHERE queue = ? AND groupId = ? AND deduplication = ? AND at > ?',
        )
        .get(queue, group, deduplication, since)
      return known ? { number: Number(known.number), messageId: String(known.messageId) } : null
    },
    recordSent: (
      queue: number,
      { group, deduplication }: NewMessage,
      { number, messageId }: Sent,
      at: number,
    ): void => {
      database
        .prepare('INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?, ?, ?)')
        .run(queue, group, deduplication, at, number, messageId)
    },
    /** Removes the deduplication ids of messages that were sent at `until` or before. */
    trimSent: (until: number): void => {
      database.prepare('DELETE FROM deduplications WHERE at <= ?').run(until)
    },
  }
}
