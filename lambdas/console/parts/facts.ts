import type { ProbeAnswer } from '../api/types.ts'
import { toDistance } from './format.ts'
import { t } from '../text/text.ts'

type Name = keyof ProbeAnswer['facts']

const units: Partial<Record<Name, string>> = {
  intervalOnSeconds: 's',
  intervalOffSeconds: 's',
  heartbeatSeconds: 's',
  voltage: 'V',
  batteryPercent: '%',
}

function textOf(name: Name, value: NonNullable<ProbeAnswer['facts'][Name]>): string {
  if (typeof value === 'boolean') return value ? t.words.yes : t.words.no
  if (name === 'mileageMetres') return toDistance(Number(value) / 1_000)
  return `${value}${units[name] ? ` ${units[name]}` : ''}`
}

/** What a tracker reports about itself: titles in a fixed order, values with their units. */
export const describeFacts = (facts: ProbeAnswer['facts']): (readonly [title: string, value: string])[] =>
  (Object.keys(t.device.facts) as Name[]).flatMap((name) => {
    const value = facts[name]
    if (value === undefined) return []
    return [[t.device.facts[name], textOf(name, value)] as const]
  })
