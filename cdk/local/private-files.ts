import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/**
 * The data folder contains device passwords, keys and positions, so only its owner may read it: folders have mode 0700,
 * files 0600.
 */

/** Names of our files in a data folder. Other files are not touched: `--data .` must not change a whole project. */
const ours =
  /^(?:archive|dynamo|kinesis|sqs|admin-key|mqtt\.json|log\.jsonl(?:\.\d)?|running\.json|[\w-]+-checkpoint\.json)(?:\.new)?$/

/** May be in a new folder: the root of a volume has the first, and a map is put there before the first start. */
const mayPrecede = /^lost\+found$|\.pmtiles$/

const IS_STICKY = 0o1000

/** The data folder cannot be used. The message says why, and what to do. */
export class FolderError extends Error {}

/**
 * Creates the data folder, or corrects the modes in one of an older version. Throws a readable message when others may
 * write to the folder itself, as in /tmp.
 */
export function makePrivate(dataDir: string): void {
  requireFolder(dataDir)
  try {
    if ((statSync(dataDir).mode & 0o777) !== 0o700) chmodSync(dataDir, 0o700)
    for (const name of readdirSync(dataDir)) if (ours.test(name)) tighten(join(dataDir, name))
  } catch (error) {
    throw toFolderError(dataDir, error)
  }
}

/** Creates the folder if it is missing. Throws if it cannot be a folder of one user. */
export function requireFolder(dataDir: string): void {
  const path = resolve(dataDir)
  try {
    makeFolder(path)
  } catch (error) {
    throw toFolderError(dataDir, error)
  }
  if (path === dirname(path) || (statSync(path).mode & IS_STICKY) !== 0)
    throw new FolderError(
      `${dataDir} is shared by all users of this machine: choose a folder of your own with --data`,
    )
  if (isOfOthers(path))
    throw new FolderError(`${dataDir} has files of other programs: choose a new or empty folder with --data`)
}

/** Whether others read this folder, such as /var/lib: making it private would lock them out. */
function isOfOthers(path: string): boolean {
  if ((statSync(path).mode & 0o077) === 0) return false
  const names = readdirSync(path)
  return !names.some((name) => ours.test(name)) && !names.every((name) => mayPrecede.test(name))
}

/** Not `recursive`: for a folder in /proc, where nothing can be created, Node's own recursion does not end. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (isFolder(path)) return
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path || isFolder(parent)) throw error
    makeFolder(parent)
    mkdirSync(path, { mode: 0o700 })
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const IN_ITS_WAY = 'there is a file in its way'
const NO_RIGHT = 'this user has no right to write there'
const NO_ROOM = 'there is no space left'
const reasons: Readonly<Record<string, string>> = {
  EACCES: NO_RIGHT,
  EDQUOT: NO_ROOM,
  EEXIST: IN_ITS_WAY,
  ELOOP: 'its path is a link to itself',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'no folder can be created there',
  ENOSPC: NO_ROOM,
  ENOTDIR: IN_ITS_WAY,
  EPERM: NO_RIGHT,
  EROFS: 'its file system is read-only',
}

/** Says in words why a folder cannot be used for the data; `cause` is an error of the file system, or of the database. */
export function toFolderError(dataDir: string, cause: unknown): FolderError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return new FolderError(
    `${dataDir} cannot be the folder of the data: ${reasons[code] ?? message}. Choose another with --data`,
    { cause },
  )
}

function tighten(path: string): void {
  const entry = lstatSync(path)
  // Links are skipped, because chmod would follow them.
  if (entry.isDirectory()) {
    chmodSync(path, 0o700)
    for (const name of readdirSync(path)) tighten(join(path, name))
  } else if (entry.isFile()) chmodSync(path, 0o600)
}

/** Number of running embedded modes of this process, and the umask before the first one. */
let running = 0
let maskBefore = 0o077

/**
 * From now on, all files that this process and its children create are private, also those that libraries create later
 * (SQLite). Returns a function that undoes it. The umask belongs to the process, so a worker thread cannot set it.
 */
export function createPrivately(): () => void {
  if (!isMainThread) throw new Error('the embedded mode must be started on the main thread')
  if (running++ === 0) maskBefore = process.umask(0o077)
  return () => {
    if (--running === 0) process.umask(maskBefore)
  }
}
