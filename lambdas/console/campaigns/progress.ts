import type { CampaignSummary } from '../api/types.ts'

export type Progress = CampaignSummary['progress']
export type Outcome = keyof Progress['outcomes']
type SliceName = Outcome | 'open' | 'waiting'

/** From good to bad, then the outcomes of devices that are not concluded. Bars, legends and columns use this order. */
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

export const countOf = ({ outcomes, open, waiting }: Progress, name: SliceName): number =>
  name === 'open' ? open : name === 'waiting' ? waiting : (outcomes[name] ?? 0)

/** The parts of the progress that are not empty. */
export const slicesOf = (progress: Progress): readonly { name: SliceName; count: number }[] =>
  sliceNames.map((name) => ({ name, count: countOf(progress, name) })).filter(({ count }) => count > 0)

export const concludedOf = ({ devices, open, waiting }: Progress): number => devices - open - waiting

/** Number of devices with the outcomes that the canary requires. */
export const endedWell = (progress: Progress): number =>
  countOf(progress, 'confirmed') + countOf(progress, 'answered')
