import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ClassicLevel } from 'classic-level'

export type Level = ClassicLevel<string, unknown>

/** Where the files of the older version are moved. They are not read again. */
const KEPT_FOLDER = 'before-sqlite'
const ROWS_AT_ONCE = 1_000
const filesOfLevelDb = /^(?:LOG|LOG\.old|LOCK|MANIFEST-\d+|\d+\.\w+)$/

/**
 * Imports once a folder of the version that stored its data in LevelDB. The new file appears atomically, so an
 * interrupted import starts again. The old files are moved to a subfolder.
 */
export async function importOldFolder(
  folder: string,
  file: string,
  copy: (level: Level, file: string, rowsAtOnce: number) => Promise<void>,
): Promise<void> {
  if (!existsSync(join(folder, 'CURRENT'))) return
  if (!existsSync(file)) {
    const unfinished = `${file}.new`
    for (const ending of ['', '-wal', '-shm']) rmSync(unfinished + ending, { force: true })
    // Native code, which an image does not have: loaded only for a folder that needs it.
    const { ClassicLevel } = await import('classic-level')
    const level: Level = new ClassicLevel(folder, { valueEncoding: 'json', createIfMissing: false })
    await level.open().catch((cause: unknown) => {
      throw new Error(
        `the data folder ${folder} cannot be opened: is another process using it? End that one, or choose another folder`,
        { cause },
      )
    })
    try {
      await copy(level, unfinished, ROWS_AT_ONCE)
    } finally {
      await level.close()
    }
    renameSync(unfinished, file)
  }
  const kept = join(folder, KEPT_FOLDER)
  mkdirSync(kept, { recursive: true, mode: 0o700 })
  // CURRENT is moved last: while it exists, the next start moves the rest.
  const old = readdirSync(folder).filter((name) => filesOfLevelDb.test(name))
  for (const name of [...old, 'CURRENT']) renameSync(join(folder, name), join(kept, name))
}
