import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const MAX_BYTES = 10 * 1024 * 1024
/** Beside the one that is written: `log.jsonl.1` is the newest of them. */
const OLD_FILES = 4

export type LogFile = {
  /** Appends a line. Never throws: what cannot be written, as on a full disk, is counted and the count written later. */
  readonly write: (line: string) => void
  readonly close: () => void
}

/** A file of lines for its owner only, set aside when it is full, so that a log of months takes 50 MB. */
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
        // There are fewer at first.
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
