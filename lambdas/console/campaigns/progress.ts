import type { CampaignSummary } from '../api/types.ts'
import { verdictMeanings } from '../parts/verdict-meanings.ts'

export type Progress = CampaignSummary['progress']
export type Outcome = keyof Progress['outcomes']
export type SliceName = Outcome | 'open' | 'waiting'

/** From good to bad, then what is not over. Bars, legends and columns are in this order. */
export const sliceNames = [
  'confirmed',
  'answered',
  'unconfirmed',
  'unanswered',
  'unknown',
  'undelivered',
  'rejected',
  'contradicted',
  'skipped',
  'open',
  'waiting',
] as const satisfies readonly SliceName[]

export const sliceMeanings: Readonly<Record<SliceName, string>> = {
  ...verdictMeanings,
  skipped: 'no command was made for it',
  open: 'its command has no verdict yet',
  waiting: 'it was not sent to yet',
}

export const countOf = ({ outcomes, open, waiting }: Progress, name: SliceName): number =>
  name === 'open' ? open : name === 'waiting' ? waiting : (outcomes[name] ?? 0)

/** The parts of the progress that are not empty. */
export const slicesOf = (progress: Progress): readonly { name: SliceName; count: number }[] =>
  sliceNames.map((name) => ({ name, count: countOf(progress, name) })).filter(({ count }) => count > 0)

export const concludedOf = ({ devices, open, waiting }: Progress): number => devices - open - waiting

/** What the canary asks for. */
export const endedWell = (progress: Progress): number =>
  countOf(progress, 'confirmed') + countOf(progress, 'answered')
