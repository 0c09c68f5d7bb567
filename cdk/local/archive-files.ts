import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { archivePartition, ARCHIVE_PREFIX } from '#shared/domain/archive-record.ts'

/**
 * Writes the archive as Firehose writes it to S3: compressed lines in a folder per UTC day, `records/day=2026-11-29/…`.
 * Each write appends a gzip member; `zcat` and DuckDB read all members as one file. Each start creates new files: a
 * file that a power failure truncated is never written again, and its missing records are delivered again.
 */
export function createArchiveFiles(folder: string, now: () => number = Date.now): (lines: Buffer) => void {
  const started = new Date(now()).toISOString().replaceAll(/[:.]/g, '-')
  return (lines) => {
    const day = new Date(now()).toISOString().slice(0, 10)
    const file = join(folder, ARCHIVE_PREFIX, `${archivePartition.name}=${day}`, `${started}.ndjson.gz`)
    mkdirSync(dirname(file), { recursive: true })
    append(file, gzipSync(lines))
  }
}

/**
 * Writes the whole member or nothing: half a member, as a full disk leaves it, would make everything after it
 * unreadable.
 */
function append(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'a', 0o600)
  const { size } = fstatSync(fd)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } catch (error) {
    ftruncateSync(fd, size)
    throw error
  } finally {
    closeSync(fd)
  }
}
