/** The limits of a campaign as people type them. */
import type { NewCampaign } from '../api/types.ts'
import { stoppingOutcomes } from '../../shared/domain/campaign.ts'

export { stoppingOutcomes }
export type StoppingOutcome = (typeof stoppingOutcomes)[number]

/** `percent`: share of the concluded devices; `devices`: a number of devices. Empty: this result never stops the campaign. */
export type StopText = { readonly value: string; readonly unit: 'percent' | 'devices' }

export const expiryUnits = { minutes: 60, hours: 3_600, days: 86_400 } as const
export type ExpiryUnit = keyof typeof expiryUnits

export type LimitsText = {
  readonly name: string
  /** Empty: the default. */
  readonly canary: string
  readonly perMinute: string
  readonly stopWhen: Readonly<Record<StoppingOutcome, StopText>>
  readonly expires: string
  readonly expiresUnit: ExpiryUnit
}

const never: StopText = { value: '', unit: 'percent' }

/** The defaults of the API. */
export const standardLimits: LimitsText = {
  name: '',
  canary: '',
  perMinute: '60',
  stopWhen: {
    undelivered: never,
    rejected: { value: '10', unit: 'percent' },
    contradicted: { value: '1', unit: 'devices' },
    unconfirmed: never,
    unknown: never,
    unanswered: { value: '10', unit: 'percent' },
    skipped: never,
  },
  expires: '24',
  expiresUnit: 'hours',
}

const readStop = ({ value, unit }: StopText): number =>
  unit === 'percent' ? Number(value) / 100 : Number(value)

export function readLimits(text: LimitsText): Omit<NewCampaign, 'intent' | 'select'> {
  const { name, canary, perMinute, stopWhen, expires, expiresUnit } = text
  const limits = stoppingOutcomes.flatMap((outcome) =>
    stopWhen[outcome].value === '' ? [] : [[outcome, readStop(stopWhen[outcome])] as const],
  )
  return {
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(canary !== '' && { canary: Number(canary) }),
    perMinute: Number(perMinute),
    stopWhen: Object.fromEntries(limits),
    expiresInSeconds: Math.round(Number(expires) * expiryUnits[expiresUnit]),
  }
}
