import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { archivePartition, ARCHIVE_PREFIX } from '#shared/domain/archive-record.ts'

/**
 * Writes the archive as Firehose does to S3: compressed lines in a folder per UTC day, `records/day=2026-11-29/…`. Each
 * write is a gzip member behind the others, which `zcat` and DuckDB read as one file. A start has files of its own: a file
 * that a power failure cut is never written to again, and what it lacks comes again.
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

/** Whole or not at all: half a member, as a full disk leaves it, would hide all behind it. */
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
