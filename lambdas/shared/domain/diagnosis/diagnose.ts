import {
  reachedWrongPort,
  connectsAsOther,
  isUnknownId,
  neverConnected,
  sourceRefused,
  gatewayWasDown,
} from './contact-rules.ts'
import type { Evidence, Found, Rule } from './evidence.ts'
import { ofFrame, ofRegistry } from './findings.ts'
import { clockWrong, online } from './heard-rules.ts'
import { lastHeard } from './quiet.ts'
import {
  asleepAsSet,
  asleepAsUsual,
  leftAfterCommand,
  networkSilent,
  signalFell,
  supplyCut,
} from './tracker-rules.ts'
import { verdictTexts, type VerdictText } from './verdicts.ts'

/** The first rule that applies decides. Our own observations come before conclusions from the tracker's last frames. */
const rules: readonly Rule[] = [
  clockWrong,
  online,
  gatewayWasDown,
  sourceRefused,
  reachedWrongPort,
  isUnknownId,
  connectsAsOther,
  neverConnected,
  leftAfterCommand,
  supplyCut,
  asleepAsSet,
  networkSilent,
  asleepAsUsual,
  signalFell,
]

export type Diagnosis = Found & VerdictText

/** The verdict on why a device is silent, or that it is not, with the evidence. */
export function diagnose(evidence: Evidence): Diagnosis {
  for (const rule of rules) {
    const found = rule(evidence)
    if (found !== null) return { ...withGap(found, evidence), ...verdictTexts[found.verdict] }
  }
  return { ...withGap(notKnown(evidence), evidence), ...verdictTexts['not-known'] }
}

/** A verdict that another id of the same tracker would change says whether all ids were searched. */
function withGap(found: Found, { isSearchComplete, now }: Evidence): Found {
  const depends = found.verdict === 'never-dialled-in' || found.verdict === 'not-known'
  if (isSearchComplete || !depends) return found
  return { ...found, evidence: [...found.evidence, ofRegistry(now, { code: 'not-all-searched' })] }
}

function notKnown(evidence: Evidence): Found {
  const [newest] = evidence.frames
  const since = lastHeard(evidence)
  const fact = { code: 'last-heard' } as const
  if (newest !== undefined) return { verdict: 'not-known', since, evidence: [ofFrame(newest, fact)] }
  return { verdict: 'not-known', since, evidence: since === null ? [] : [ofRegistry(since, fact)] }
}
