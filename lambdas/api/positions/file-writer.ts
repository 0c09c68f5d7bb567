import type { PositionAnswer } from './schema.ts'

/** The device of a file, for its header. */
type FileSubject = {
  readonly deviceId: string
  readonly name: string | null
  readonly decoder: string
}

/** What the next part of a file needs to know about earlier ones. It is stored in the cursor. */
export type FileProgress = {
  isEmpty: boolean
  /** Time of a track's last point, ms; null: none yet. */
  lastPointAt: number | null
}

export const newFile = (): FileProgress => ({ isEmpty: true, lastPointAt: null })

/**
 * Writes positions one by one, oldest first: `begin`, any number of `add`, `end`. If a file is sent in parts, the first
 * part contains its beginning and the last one its end, so that all parts together are the whole file.
 */
export type FileWriter = (
  subject: FileSubject,
  progress: FileProgress,
) => {
  readonly begin: () => string
  readonly add: (position: PositionAnswer) => string
  readonly end: () => string
}
