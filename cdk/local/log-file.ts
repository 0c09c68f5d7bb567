import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const MAX_BYTES = 10 * 1024 * 1024
/** Number of rotated files; `log.jsonl.1` is the newest. */
const OLD_FILES = 4

type LogFile = {
  /** Appends a line. Never throws: lines that cannot be written (full disk) are counted, and the count is written later. */
  readonly write: (line: string) => void
  readonly close: () => void
}

/** A log file that only its owner can read. It is rotated when it is full, so that months of logs use 50 MB. */
export function openLogFile(
  file: string,
  { maxBytes = MAX_BYTES, append = writeSync }: { maxBytes?: number; append?: typeof writeSync } = {},
): LogFile {
  const open = (): number => openSync(file, 'a', 0o600)
  let handle = open()
  let bytes = fstatSync(handle).size
  let missing = 0
  let isCut = false

  const rotate = (): void => {
    closeSync(handle)
    rmSync(`${file}.${OLD_FILES}`, { force: true })
    for (let i = OLD_FILES - 1; i >= 1; i--) {
      try {
        renameSync(`${file}.${i}`, `${file}.${i + 1}`)
      } catch (error) {
        // Not all old files exist at first.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
    renameSync(file, `${file}.1`)
    handle = open()
    bytes = 0
  }
  const put = (text: string): void => {
    const content = Buffer.from(isCut ? `\n${text}` : text)
    let written = 0
    try {
      while (written < content.length) {
        const some = append(handle, content, written)
        written += some
        bytes += some
      }
      isCut = false
    } catch (error) {
      isCut ||= written > 0
      throw error
    }
  }

  return {
    write: (line) => {
      try {
        if (bytes >= maxBytes) rotate()
        if (missing > 0)
          put(`${JSON.stringify({ level: 'warn', message: 'lines could not be written', missing })}\n`)
        missing = 0
        put(`${line}\n`)
      } catch {
        // Counted, and reported as soon as a line can be written.
        missing++
      }
    },
    close: () => closeSync(handle),
  }
}
