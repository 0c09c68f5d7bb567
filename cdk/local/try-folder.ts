import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivate, requireFolder, toFolderError } from './private-files.ts'
import { openDatabase } from './stand-ins/sqlite.ts'

/** A little less than new databases write at first. */
const TRIAL_BYTES = 256 * 1024

/**
 * Creates the data folder, and writes and locks a file in it as a database would. Throws a FolderError if that fails, so that a
 * start fails at once and with a reason. Its mode is only changed afterwards: a folder of the system must stay as it is.
 */
export function prepareFolder(dataDir: string): void {
  requireFolder(dataDir)
  const file = join(dataDir, `dynamo-trial-${process.pid}.sqlite`)
  try {
    writeSome(file)
    openDatabase(file).close()
  } catch (error) {
    throw toFolderError(dataDir, error)
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) remove(`${file}${end}`)
  }
  makePrivate(dataDir)
}

function writeSome(file: string): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(handle, Buffer.alloc(TRIAL_BYTES, 1))
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  rmSync(file)
}

/** Where nothing can be written, there is nothing to remove either. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // The reason why the folder cannot be used is reported instead.
  }
}
