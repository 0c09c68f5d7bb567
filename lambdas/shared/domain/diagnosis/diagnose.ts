import { cameToTheWrongDoor, isUnknownId, neverDialledIn, sourceRefused, weWereDown } from './door-rules.ts'
import type { Evidence, Found, Rule } from './evidence.ts'
import { ofFrame, ofRegistry } from './findings.ts'
import { clockWrong, online } from './heard-rules.ts'
import { lastHeard } from './quiet.ts'
import { asleep, leftAfterCommand, networkSilent, signalFell, supplyCut } from './tracker-rules.ts'
import { verdictTexts, type VerdictText } from './verdicts.ts'

/** The first that applies decides: what we saw ourselves comes before what the tracker’s last frames suggest. */
const rules: readonly Rule[] = [
  clockWrong,
  online,
  weWereDown,
  sourceRefused,
  cameToTheWrongDoor,
  isUnknownId,
  neverDialledIn,
  leftAfterCommand,
  supplyCut,
  asleep,
  networkSilent,
  signalFell,
]

export type Diagnosis = Found & VerdictText

/** Why a device is silent, or that it is not, with the evidence for it. */
export function diagnose(evidence: Evidence): Diagnosis {
  for (const rule of rules) {
    const found = rule(evidence)
    if (found !== null) return { ...found, ...verdictTexts[found.verdict] }
  }
  return { ...notKnown(evidence), ...verdictTexts['not-known'] }
}

function notKnown(evidence: Evidence): Found {
  const [newest] = evidence.frames
  const since = lastHeard(evidence)
  const text = 'The last that was heard of it.'
  if (newest !== undefined) return { verdict: 'not-known', since, evidence: [ofFrame(newest, text)] }
  return { verdict: 'not-known', since, evidence: since === null ? [] : [ofRegistry(since, text)] }
}
