import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementResultingChanges,
  type StatementSync,
} from 'node:sqlite'

/** Result codes of SQLite: https://sqlite.org/rescode.html. The low byte is the primary code. */
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const PRIMARY_CODE = 0xff

/** Disk space that the write-ahead log may keep after a checkpoint. */
const KEPT_WAL_BYTES = 8 * 1024 * 1024
const CACHE_KB = 4 * 1024

export type Database = {
  /** A prepared statement; cached. */
  readonly prepare: (sql: string) => StatementSync
  readonly exec: (sql: string) => void
  /** Runs `work` in a transaction. Must not be nested, and `work` must be synchronous. */
  readonly atomically: <Result>(work: () => Result) => Result
  /** Limits the file to its present size plus this many pages, as a full disk would; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
  readonly close: () => void
}

/** The disk is full, or the database cannot be written for another reason. The whole write was rolled back. */
export class StorageError extends Error {}

/** Another process has the data folder. */
export class FolderInUseError extends Error {}

const toStorageError = (error: unknown): unknown => {
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: unknown }
  if (typeof errcode !== 'number') return error
  const code = errcode & PRIMARY_CODE
  if (code === SQLITE_FULL) return new StorageError('the disk is full', { cause: error })
  if (code === SQLITE_READONLY)
    return new StorageError('its files may only be read by this user', { cause: error })
  if (code === SQLITE_CANTOPEN)
    return new StorageError('its files cannot be opened, or its path is longer than 480 characters', {
      cause: error,
    })
  if (code === SQLITE_IOERR) return new StorageError(`the disk failed: ${String(message)}`, { cause: error })
  return error
}

function open(file: string | undefined): DatabaseSync {
  try {
    return new DatabaseSync(file ?? ':memory:')
  } catch (error) {
    throw toStorageError(error)
  }
}

/**
 * Opens a database in memory, or in a file that only this process may use. A change is in the operating system's page
 * cache before the call returns, so it survives a kill of this process at any moment. `onStorage` is called with the
 * reason when the database cannot be written, and with null when it can be written again.
 */
export function openDatabase(
  file: string | undefined,
  onStorage: (problem: string | null) => void = () => {},
): Database {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const database = open(file)
  try {
    if (file !== undefined) {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      database.exec(`PRAGMA journal_size_limit = ${KEPT_WAL_BYTES}; PRAGMA cache_size = -${CACHE_KB}`)
      // The first transaction takes the lock.
      database.exec('BEGIN EXCLUSIVE; COMMIT')
    }
  } catch (cause) {
    database.close()
    const isBusy = (Number((cause as { errcode?: unknown }).errcode) & PRIMARY_CODE) === SQLITE_BUSY
    throw isBusy
      ? new FolderInUseError(
          `the data folder ${dirname(file!)} cannot be opened: is another process using it? End that one, or choose another folder`,
          { cause },
        )
      : toStorageError(cause)
  }
  let isFailing = false
  const fail = (error: unknown): unknown => {
    const known = toStorageError(error)
    if (known instanceof StorageError && !isFailing) {
      isFailing = true
      onStorage(known.message)
    }
    return known
  }
  /** Call it after a successful write. */
  const succeed = (): void => {
    if (!isFailing) return
    isFailing = false
    onStorage(null)
  }
  /** The same statement, whose `run` reports a full disk. */
  const watched = (statement: StatementSync): StatementSync => {
    const run = statement.run.bind(statement) as (...values: SQLInputValue[]) => StatementResultingChanges
    statement.run = ((...values: SQLInputValue[]) => {
      try {
        const result = run(...values)
        if (isFailing && !database.isTransaction) succeed()
        return result
      } catch (error) {
        throw fail(error)
      }
    }) as StatementSync['run']
    return statement
  }
  const statements = new Map<string, StatementSync>()
  return {
    prepare: (sql) => {
      let statement = statements.get(sql)
      if (!statement) statements.set(sql, (statement = watched(database.prepare(sql))))
      return statement
    },
    exec: (sql) => {
      try {
        database.exec(sql)
      } catch (error) {
        throw fail(error)
      }
    },
    atomically: (work) => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        succeed()
        return result
      } catch (error) {
        // After some errors, such as a full disk, SQLite has already rolled back.
        if (database.isTransaction) database.exec('ROLLBACK')
        throw fail(error)
      }
    },
    limitPages: (pages) => {
      const { page_count: count } = database.prepare('PRAGMA page_count').get() as { page_count: number }
      database.exec(`PRAGMA max_page_count = ${pages === null ? 0xfffffffe : count + pages}`)
    },
    close: () => database.close(),
  }
}
