import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

export type Checkpoint = {
  readonly read: (shardId: string) => string | undefined
  /** Resolves when the file says so. */
  readonly write: (shardId: string, sequence: string) => Promise<void>
}

type Content = { readonly stream: string; readonly shards: Record<string, string> }

/**
 * How far each shard has been handled. Without a file it is kept in memory. A file that belongs to another stream, or
 * that cannot be read, counts as none: records are handled again rather than missed.
 */
export function openCheckpoint(file: string | undefined, stream: string): Checkpoint {
  const shards = readShards(file, stream)
  let writing: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  const save = async (target: string): Promise<void> => {
    waiting = null
    await writeFile(`${target}.new`, JSON.stringify({ stream, shards } satisfies Content))
    await rename(`${target}.new`, target)
  }
  return {
    read: (shardId) => shards[shardId],
    write: async (shardId, sequence) => {
      shards[shardId] = sequence
      if (file === undefined) return
      // Shards that come while a write is under way share the next one.
      waiting ??= writing = writing.catch(() => {}).then(() => save(file))
      await waiting
    },
  }
}

function readShards(file: string | undefined, stream: string): Record<string, string> {
  if (file === undefined) return {}
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Content
    return content.stream === stream ? { ...content.shards } : {}
  } catch {
    return {}
  }
}
