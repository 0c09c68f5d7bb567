import { isInNetworks } from '../network.ts'
import type { Rule } from './evidence.ts'
import { ofOutage, ofRefusal, ofRegistry, ofStray, ofUnknownId } from './findings.ts'
import { lastHeard, usualQuietMs } from './quiet.ts'

/** Trackers dial in again within this time after we are back. */
const COMES_BACK_MS = 30 * 60_000

const isoOf = (ms: number): string => new Date(ms).toISOString()

/** No gateway ran when it was due to report, and none runs now or one does only since a moment ago. */
export const weWereDown: Rule = (evidence) => {
  const { outages, now, device, frames } = evidence
  const outage = outages.at(-1)
  if (outage === undefined || (outage.to !== null && now - outage.to > COMES_BACK_MS)) return null
  const heardAt = lastHeard(evidence)
  // A tracker that was silent before has another reason.
  const wasWell =
    heardAt === null
      ? outage.to === null
      : heardAt + usualQuietMs(frames) >= outage.from && heardAt < (outage.to ?? now)
  if (!wasWell || device?.isConnected === true) return null
  const end = outage.to === null ? 'and none has run since' : `until ${isoOf(outage.to)}`
  const text = `No gateway ran from ${isoOf(outage.from)} on, ${end}.`
  return { verdict: 'we-were-down', since: outage.from, evidence: [ofOutage(outage.from, text)] }
}

/** Someone with its id was refused since it was heard last, and would be refused now. */
export const sourceRefused: Rule = (evidence) => {
  const sources = evidence.device?.sources ?? null
  if (sources === null) return null
  const since = lastHeard(evidence) ?? 0
  const refused = evidence.refusals.filter(
    ({ at, remoteAddress }) => at > since && !isInNetworks(remoteAddress, sources),
  )
  if (refused.length === 0) return null
  return {
    verdict: 'source-refused',
    since: refused.at(-1)!.at,
    evidence: refused.map(({ at, remoteAddress }) =>
      ofRefusal(at, `A connection from ${remoteAddress} was refused; allowed are ${sources.join(', ')}.`),
    ),
  }
}

/** It reached us since it was heard last, in a way that does not work. */
export const cameToTheWrongDoor: Rule = (evidence) => {
  const { stray } = evidence
  if (stray === null || stray.at <= (lastHeard(evidence) ?? 0)) return null
  const { protocol, at, remoteAddress } = stray
  if (protocol === null) {
    const text = `A frame with this id came to the HTTP port, from ${remoteAddress}.`
    return { verdict: 'http-port', since: at, evidence: [ofStray(at, text)] }
  }
  const text = `A login of the protocol ${protocol} with this id came from ${remoteAddress}.`
  return { verdict: 'other-protocol', since: at, evidence: [ofStray(at, text)] }
}

/** The id, or one that is a part of it, waits to be adopted. */
export const isUnknownId: Rule = (evidence) => {
  const since = lastHeard(evidence) ?? 0
  const waiting = evidence.unknown.filter(({ at }) => at > since)
  if (waiting.length === 0) return null
  return {
    verdict: 'unknown-id',
    since: waiting.at(-1)!.at,
    evidence: waiting.map(({ deviceId, at, remoteAddress }) =>
      ofUnknownId(at, `${deviceId} dialled in from ${remoteAddress}, and is not registered.`),
    ),
  }
}

/** Registered, and nothing ever came. */
export const neverDialledIn: Rule = (evidence) => {
  const { device } = evidence
  if (device === null || device.logins > 0 || lastHeard(evidence) !== null) return null
  const text = `Registered at ${isoOf(device.registeredAt)}; no session since.`
  return {
    verdict: 'never-dialled-in',
    since: device.registeredAt,
    evidence: [ofRegistry(device.registeredAt, text)],
  }
}
