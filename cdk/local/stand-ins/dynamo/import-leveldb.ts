import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import type { Item, TableRow } from 'dynalite/db/index.js'
import { openDatabase } from '../sqlite.ts'
import { createStore } from './store.ts'

/** Where the files of the older version are kept. Nothing reads them again. */
const KEPT_FOLDER = 'before-sqlite'
const ROWS_PER_TRANSACTION = 1_000
/** Behind every key that begins with what stands before it. */
const END = '\u{10ffff}'

/**
 * Takes over, once, a data folder of the version that kept its tables in LevelDB. The new database appears whole or not
 * at all, so a process that was killed meanwhile starts again. The old files are moved to a folder beside it.
 */
export async function importLevelDb(folder: string, file: string): Promise<void> {
  if (!existsSync(join(folder, 'CURRENT'))) return
  if (!existsSync(file)) {
    const unfinished = `${file}.new`
    for (const ending of ['', '-wal', '-shm']) rmSync(unfinished + ending, { force: true })
    const level = new ClassicLevel<string, unknown>(folder, { valueEncoding: 'json', createIfMissing: false })
    await level.open().catch((cause: unknown) => {
      throw new Error(
        `the data folder ${folder} cannot be opened: is another process using it? End that one, or choose another folder`,
        { cause },
      )
    })
    try {
      await copyTables(level, unfinished)
    } finally {
      await level.close()
    }
    renameSync(unfinished, file)
  }
  const kept = join(folder, KEPT_FOLDER)
  mkdirSync(kept, { recursive: true, mode: 0o700 })
  // CURRENT goes last: while it is there, the next start moves the rest.
  const old = readdirSync(folder).filter((name) => /^(?:LOG|LOG\.old|LOCK|MANIFEST-\d+|\d+\.\w+)$/.test(name))
  for (const name of [...old, 'CURRENT']) renameSync(join(folder, name), join(kept, name))
}

async function copyTables(level: ClassicLevel<string, unknown>, file: string): Promise<void> {
  const database = openDatabase(file)
  try {
    const store = createStore(database)
    for await (const row of level.values({ gte: 'table~', lt: `table~${END}` })) {
      const { TableName, TableStatus } = row as TableRow
      // A process that was killed while it created a table left it so, and nothing is in it.
      if (TableStatus !== 'ACTIVE') continue
      store.createTable(row as TableRow)
      const ttl = (await level.get(`ttl~${TableName}`)) as { AttributeName: string } | undefined
      if (ttl) store.setTimeToLive(TableName, ttl.AttributeName)
      const items = level.values({ gte: `item-${TableName}~`, lt: `item-${TableName}~${END}` })
      for (;;) {
        const some = (await items.nextv(ROWS_PER_TRANSACTION)) as Item[]
        if (some.length === 0) break
        database.atomically(() => some.forEach((item) => store.putItem(TableName, item)))
      }
      await items.close()
    }
  } finally {
    database.close()
  }
}
