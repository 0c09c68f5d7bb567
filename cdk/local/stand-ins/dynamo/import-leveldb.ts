import type { Item, TableRow } from 'dynalite/db/index.js'
import { importOldFolder, type Level } from '../old-folder.ts'
import { openDatabase } from '../sqlite.ts'
import { createStore } from './store.ts'

/** Sorts after every key with the same prefix. */
const END = '\u{10ffff}'

/** Imports the data folder of the version that stored its tables with dynalite. */
export const importDynalite = (folder: string, file: string): Promise<void> =>
  importOldFolder(folder, file, copyTables)

async function copyTables(level: Level, file: string, rowsAtOnce: number): Promise<void> {
  const database = openDatabase(file)
  try {
    const store = createStore(database)
    for await (const row of level.values({ gte: 'table~', lt: `table~${END}` })) {
      const { TableName, TableStatus } = row as TableRow
      // A process was killed while it created this table, so the table is empty.
      if (TableStatus !== 'ACTIVE') continue
      store.createTable(row as TableRow)
      const ttl = (await level.get(`ttl~${TableName}`)) as { AttributeName: string } | undefined
      if (ttl) store.setTimeToLive(TableName, ttl.AttributeName)
      const items = level.values({ gte: `item-${TableName}~`, lt: `item-${TableName}~${END}` })
      for (;;) {
        const some = (await items.nextv(rowsAtOnce)) as Item[]
        if (some.length === 0) break
        database.atomically(() => some.forEach((item) => store.putItem(TableName, item)))
      }
      await items.close()
    }
  } finally {
    database.close()
  }
}
