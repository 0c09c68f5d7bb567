import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

export type Checkpoint = {
  readonly read: (shardId: string) => string | undefined
  /** Resolves when the file is written. */
  readonly write: (shardId: string, sequence: string) => Promise<void>
}

type Content = { readonly stream: string; readonly shards: Record<string, string> }

/**
 * The last processed record of each shard. Without a file it is in memory only. A file of another stream, or an
 * unreadable one, is ignored: processing records again is better than missing them.
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
      // Calls during a write share the next one.
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
