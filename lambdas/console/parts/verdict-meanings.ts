import type { CommandAnswer } from '../api/types.ts'

/** Explains a verdict to someone who reads it for the first time. */
export const verdictMeanings: Readonly<Record<NonNullable<CommandAnswer['verdict']>, string>> = {
  confirmed: 'its effect was seen',
  answered: 'the tracker answered',
  unconfirmed: 'answered, but no effect was seen',
  contradicted: 'the opposite was seen',
  rejected: 'the tracker answered with an error',
  unanswered: 'written; no answer that is certainly its own, and no effect was seen',
  unknown: 'it is uncertain whether it was written',
  undelivered: 'certainly not written',
}
