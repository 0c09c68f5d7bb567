import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/**
 * The data folder contains device passwords, keys and positions, so only its owner may read it: folders have mode 0700,
 * files 0600.
 */

/** Names of our files in a data folder. Other files are not touched: `--data .` must not change a whole project. */
const ours =
  /^(?:archive|dynamo|kinesis|sqs|admin-key|mqtt\.json|log\.jsonl(?:\.\d)?|running\.json|[\w-]+-checkpoint\.json)(?:\.new)?$/

const IS_STICKY = 0o1000

/**
 * Creates the data folder, or corrects the modes in one of an older version. Throws a readable message when others may
 * write to the folder itself, as in /tmp.
 */
export function makePrivate(dataDir: string): void {
  makeFolder(dataDir)
  if ((statSync(dataDir).mode & IS_STICKY) !== 0)
    throw new Error(
      `${dataDir} is shared by all users of this machine: choose a folder of your own with --data`,
    )
  chmodSync(dataDir, 0o700)
  for (const name of readdirSync(dataDir)) if (ours.test(name)) tighten(join(dataDir, name))
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file in its way' : message
    throw new Error(`${dataDir} cannot be the folder of the data: ${reason}. Choose another with --data`, {
      cause,
    })
  }
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
