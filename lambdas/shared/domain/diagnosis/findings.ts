import type { Finding, FindingKind, SeenFrame } from './evidence.ts'
import type { Fact } from './facts.ts'

const finding =
  (kind: FindingKind) =>
  (at: number, fact: Fact): Finding => ({ kind, at, fact, frame: null })

export const ofFrame = (frame: SeenFrame, fact: Fact): Finding => ({
  kind: 'frame',
  at: frame.at,
  fact,
  frame: frame.text,
})
export const ofRegistry = finding('registry')
export const ofAlarm = finding('alarm')
export const ofRefusal = finding('refusal')
export const ofCommand = finding('command')
export const ofStray = finding('stray')
export const ofUnknownId = finding('unknown-id')
export const ofRelatedDevice = finding('related-device')
export const ofOutage = finding('outage')
export const ofNetwork = finding('network')

export const secondsOf = (ms: number): number => Math.round(ms / 1_000)
