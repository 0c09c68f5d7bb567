import type { Finding, FindingKind, SeenFrame } from './evidence.ts'

const finding = (kind: FindingKind, at: number, text: string): Finding => ({ kind, at, text, frame: null })

export const ofFrame = (frame: SeenFrame, text: string): Finding => ({
  kind: 'frame',
  at: frame.at,
  text,
  frame: frame.text,
})
export const ofRegistry = (at: number, text: string): Finding => finding('registry', at, text)
export const ofAlarm = (at: number, text: string): Finding => finding('alarm', at, text)
export const ofRefusal = (at: number, text: string): Finding => finding('refusal', at, text)
export const ofCommand = (at: number, text: string): Finding => finding('command', at, text)
export const ofStray = (at: number, text: string): Finding => finding('stray', at, text)
export const ofUnknownId = (at: number, text: string): Finding => finding('unknown-id', at, text)
export const ofOutage = (at: number, text: string): Finding => finding('outage', at, text)
export const ofNetwork = (at: number, text: string): Finding => finding('network', at, text)

const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1_000 },
] as const

/** `3 hours`, `1 minute`: in the largest unit of which it has two, or in minutes and seconds below. */
export function spoken(ms: number): string {
  const unit = units.find((one) => ms >= 2 * one.ms) ?? units.at(-1)!
  const count = Math.round(ms / unit.ms)
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}
