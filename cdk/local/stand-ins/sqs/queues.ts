import { randomUUID } from 'node:crypto'
import type { Database } from '../sqlite.ts'
import { SqsFailure } from './failure.ts'
import { createGroups, type Groups } from './groups.ts'
import {
  openMessages,
  type ListedMessage,
  type NewMessage,
  type Sent,
  type StoredMessage,
} from './message-table.ts'
import { toReceipt, type Receipt } from './receipt.ts'

export type QueueSettings = {
  readonly visibilitySeconds: number
  readonly retentionSeconds: number
  /** The dead-letter queue: after this many receives, a message that was not deleted is moved there. */
  readonly redrive: { readonly queue: string; readonly maxReceives: number } | null
}
export type Queue = QueueSettings & { readonly id: number; readonly name: string; readonly groups: Groups }
export type Message = Sent &
  NewMessage & {
    readonly receipt: string
    readonly sentAt: number
    readonly receives: number
    readonly firstReceivedAt: number
  }

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

/**
 * FIFO queues in a database, which survive kill -9. Receivers end with this process, so messages in flight can be received again at
 * the next start, except those that were put back for a later time.
 */
export function createQueues(database: Database): Queues {
  const table = openMessages(database)
  const queues = new Map<string, Queue>()

  const drop = (queue: Queue, { groupId, number }: Pick<StoredMessage, 'groupId' | 'number'>): void => {
    table.remove(number)
    queue.groups.remove(groupId, number)
  }
  const find = (name: string): Queue => {
    const queue = queues.get(name)
    if (queue) return queue
    throw new SqsFailure('QueueDoesNotExist', 'The specified queue does not exist.')
  }
  /** The message of a receipt; null if it has been received again since. */
  const ofReceipt = (queue: Queue, { number, receives }: Receipt): StoredMessage | null => {
    const message = table.find(queue.id, number)
    return message?.receives === receives ? message : null
  }
  const moveToDead = (queue: Queue, message: StoredMessage): void => {
    const target = find(queue.redrive!.queue)
    const { groupId: group, deduplication, body, messageId, sentAt } = message
    const number = table.insert(target.id, { group, deduplication, body }, messageId, sentAt)
    target.groups.add(group, number)
    drop(queue, message)
  }

  return {
    find,
    create: (name, settings) => {
      const id = table.queueId(name)
      const queue = { ...settings, id, name, groups: toGroups(table.list(id)) }
      queues.set(name, queue)
      return queue
    },
    send: (queue, messages, now) => {
      const added: { group: string; number: number }[] = []
      const sent = database.atomically(() =>
        messages.map((message): Sent => {
          const known = table.findSent(queue.id, message, now - DEDUPLICATION_MS)
          if (known) return known
          const messageId = randomUUID()
          const number = table.insert(queue.id, message, messageId, now)
          table.recordSent(queue.id, message, { number, messageId }, now)
          added.push({ group: message.group, number })
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
      const dead: StoredMessage[] = []
      const messages = database.atomically(() =>
        received.flatMap(({ number }): Message[] => {
          const stored = table.find(queue.id, number)!
          if (queue.redrive !== null && stored.receives >= queue.redrive.maxReceives) {
            dead.push(stored)
            return []
          }
          const message = toReceived(stored, now)
          table.setReceived(number, message, until)
          return [message]
        }),
      )
      for (const message of dead) moveToDead(queue, message)
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
      table.setVisibleAt(row.number, at, seconds > 0)
      return true
    },
    trim: (now) => {
      table.trimSent(now - DEDUPLICATION_MS)
      for (const queue of queues.values()) {
        const before = now - queue.retentionSeconds * 1_000
        const oldest = [...table.list(queue.id, TRIM_SLICE)]
        for (const message of oldest) if (message.sentAt <= before) drop(queue, message)
      }
    },
  }
}

/** What can be received at the start of this process. */
function toGroups(messages: Iterable<ListedMessage>): Groups {
  const groups = createGroups()
  const putBack = new Map<number, number>()
  for (const { number, groupId, visibleAt, isPutBack } of messages) {
    groups.add(groupId, number)
    if (isPutBack === 1) putBack.set(number, visibleAt)
  }
  if (putBack.size > 0) {
    // First marks them as received, so that they are in flight; then restores the time of those that were put back, and releases
    // the others.
    const all = groups.receive(Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 0)
    for (const { group, number } of all) groups.setVisibleAt(group, number, putBack.get(number) ?? 0, 0)
  }
  return groups
}

/** The message as its receiver gets it, with a new receipt. */
function toReceived(stored: StoredMessage, now: number): Message {
  const { number, messageId, groupId: group, deduplication, body, sentAt } = stored
  const receives = stored.receives + 1
  const receipt = toReceipt({ number, receives })
  const firstReceivedAt = stored.firstReceivedAt ?? now
  return { number, messageId, group, deduplication, body, receipt, sentAt, receives, firstReceivedAt }
}
