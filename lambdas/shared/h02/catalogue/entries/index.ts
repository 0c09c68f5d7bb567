import { wordingDanger } from '../danger.ts'
import { isFor } from '../models.ts'
import { checkParams } from '../params.ts'
import type { CatalogueEntry, Dialect, Encoding, Params, ProbeFacts } from '../types.ts'
import { alarmEntries } from './alarms.ts'
import { sameIntervals } from './build.ts'
import { engineEntries } from './engine.ts'
import { phoneEntries } from './phones.ts'
import { readEntries } from './reads.ts'
import { reportEntries } from './reports.ts'
import { trackerEntries } from './tracker.ts'

/** All commands by subject; the most requested ones come first. */
const entriesBySubject = {
  'Status and settings': readEntries,
  Reports: reportEntries,
  'Engine and arming': engineEntries,
  'Device and network': trackerEntries,
  'Phone numbers': phoneEntries,
  Alarms: alarmEntries,
} as const satisfies Readonly<Record<string, readonly CatalogueEntry[]>>

type Subject = keyof typeof entriesBySubject
export const subjects = Object.keys(entriesBySubject) as readonly Subject[]

export const catalogue: readonly CatalogueEntry[] = subjects.flatMap((subject) => entriesBySubject[subject])

const subjectByIntent: ReadonlyMap<string, Subject> = new Map(
  subjects.flatMap((subject) => entriesBySubject[subject].map(({ intent }) => [intent, subject] as const)),
)

/** Throws for an intent that is not in the catalogue. */
export function subjectOf(intent: string): Subject {
  const subject = subjectByIntent.get(intent)
  if (subject === undefined) throw new Error(`no intent ${intent} in the catalogue`)
  return subject
}

const byIntent: ReadonlyMap<string, CatalogueEntry> = new Map(catalogue.map((entry) => [entry.intent, entry]))

export const entryOf = (intent: string): CatalogueEntry | null => byIntent.get(intent) ?? null

/** Whether an intent only asks, and changes nothing. */
export const isRead = (intent: string): boolean => entryOf(intent)?.probe === true

/** A question of a probe: a harmless command whose parameters have defaults. */
type ProbeQuestion = { readonly intent: string; readonly dialect: Dialect }

/**
 * The questions of a probe, in order: every harmless read in every wording, except those known only for other models.
 * `model` null: not known; then the wordings of every maker are used. Uncertain wordings come last.
 */
export const probeQuestions = (model: string | null): readonly ProbeQuestion[] =>
  catalogue
    .filter(({ probe }) => probe)
    .flatMap((entry) => entry.encodings.map((encoding) => ({ entry, encoding })))
    .filter(
      ({ entry, encoding }) =>
        (model === null || isFor(encoding, model)) && wordingDanger(entry, encoding, model) === 'harmless',
    )
    .toSorted((a, b) => Number(isUnsure(a.encoding)) - Number(isUnsure(b.encoding)))
    .map(({ entry: { intent }, encoding: { dialect } }) => ({ intent, dialect }))

/** Whether a question's answer is not known: while it is open, the answer to the next command could count as its own. */
export const acceptsAnyReply = ({ intent, dialect }: ProbeQuestion): boolean =>
  entryOf(intent)?.encodings.some((one) => one.dialect === dialect && one.reply === 'any') === true

const isUnsure = ({ confidence }: Encoding): boolean => confidence === 'unsure'

/** A write of a value that the tracker already has: `fact` should be the same afterwards. */
type NoChangeWrite = ProbeQuestion & { readonly params: Params; readonly fact: keyof ProbeFacts }

/**
 * All writes that change nothing on a tracker with these facts, in every wording known for the model. `model` null: not
 * known; then in the wordings of every maker. Only harmless, repeatable commands, and only values that the catalogue
 * accepts.
 */
export const noChangeWrites = (facts: ProbeFacts, model: string | null): readonly NoChangeWrite[] =>
  catalogue
    .filter(({ idempotent }) => idempotent)
    // Commands that set both intervals come before those that set one, because a later write on the same effect ends
    // the watch of the earlier one.
    .toSorted((a, b) => Number(b.noChange === sameIntervals) - Number(a.noChange === sameIntervals))
    .flatMap((entry) => {
      const value = entry.noChange && facts[entry.noChange.fact]
      const params =
        entry.noChange && value !== null && value !== undefined && entry.noChange.params(value, facts)
      const checked = params ? checkParams(entry, params) : null
      if (!entry.noChange || !checked?.ok) return []
      const { intent, noChange } = entry
      return entry.encodings
        .filter(
          (encoding) =>
            !isUnsure(encoding) &&
            (model === null || isFor(encoding, model)) &&
            wordingDanger(entry, encoding, model) === 'harmless',
        )
        .map(({ dialect }) => ({ intent, dialect, params: checked.params, fact: noChange.fact }))
    })
