import type { PositionAnswer } from './schema.ts'

/** What a file says of its device. */
export type FileSubject = {
  readonly deviceId: string
  readonly name: string | null
  readonly decoder: string
}

/** What the next part of a file has to know of the parts before it. It stands in the cursor. */
export type FileProgress = {
  isEmpty: boolean
  /** Of the last point of a track, ms; null before any. */
  lastPointAt: number | null
}

export const newFile = (): FileProgress => ({ isEmpty: true, lastPointAt: null })

/**
 * Writes positions one by one, oldest first: `begin`, any number of `add`, `end`. A file that is sent in parts has its
 * beginning in the first part and its end in the last, so that the parts, one behind the other, are the whole file.
 */
export type FileWriter = (
  subject: FileSubject,
  progress: FileProgress,
) => {
  readonly begin: () => string
  readonly add: (position: PositionAnswer) => string
  readonly end: () => string
}
