import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/**
 * The data folder holds device passwords, keys and where cars were: only its owner may read it. Folders have mode 0700,
 * files 0600.
 */

/** What we keep in a data folder. Nothing else in it is touched: `--data .` must not change a whole project. */
const ours =
  /^(?:archive|dynamo|kinesis|admin-key|log\.jsonl(?:\.\d)?|running\.json|[\w-]+-checkpoint\.json)(?:\.new)?$/

const IS_STICKY = 0o1000

/**
 * Makes the data folder, or corrects the modes in one that an older version made. Throws a sentence when others may
 * write to the folder itself, as in /tmp.
 */
export function makePrivate(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if ((statSync(dataDir).mode & IS_STICKY) !== 0)
    throw new Error(
      `${dataDir} is shared by all users of this machine: choose a folder of your own with --data`,
    )
  chmodSync(dataDir, 0o700)
  for (const name of readdirSync(dataDir)) if (ours.test(name)) tighten(join(dataDir, name))
}

function tighten(path: string): void {
  const entry = lstatSync(path)
  // Links lead elsewhere, and chmod would follow them.
  if (entry.isDirectory()) {
    chmodSync(path, 0o700)
    for (const name of readdirSync(path)) tighten(join(path, name))
  } else if (entry.isFile()) chmodSync(path, 0o600)
}

/** Embedded modes of this process that run now, and its mask before the first. */
let running = 0
let maskBefore = 0o077

/**
 * From now on, everything that this process and its children create is private, also files that libraries create at any
 * later time (SQLite). Returns how to undo it. The mask belongs to the process, so a worker thread cannot set it.
 */
export function createPrivately(): () => void {
  if (!isMainThread) throw new Error('the embedded mode must be started on the main thread')
  if (running++ === 0) maskBefore = process.umask(0o077)
  return () => {
    if (--running === 0) process.umask(maskBefore)
  }
}
