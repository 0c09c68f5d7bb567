import { isInNetworks } from '../network.ts'
import type { Rule } from './evidence.ts'
import { ofOutage, ofRefusal, ofRegistry, ofRelatedDevice, ofStray, ofUnknownId } from './findings.ts'
import { lastHeard, usualQuietMs } from './quiet.ts'
import { toIso } from '../iso-time.ts'

/** Trackers reconnect within this time after the gateway is back. */
const COMES_BACK_MS = 30 * 60_000

/**
 * No gateway was running when the tracker was due to report, and none is running now, or one has been running only for a short
 * time.
 */
export const gatewayWasDown: Rule = (evidence) => {
  const { outages, now, device, frames } = evidence
  const outage = outages.at(-1)
  if (outage === undefined || (outage.to !== null && now - outage.to > COMES_BACK_MS)) return null
  const heardAt = lastHeard(evidence)
  // A tracker that fell silent earlier has another reason.
  const wasWell =
    heardAt === null
      ? outage.to === null
      : heardAt + usualQuietMs(frames) >= outage.from && heardAt < (outage.to ?? now)
  if (!wasWell || device?.isConnected === true) return null
  const to = outage.to === null ? null : toIso(outage.to)
  const found = ofOutage(outage.from, { code: 'no-gateway', from: toIso(outage.from), to })
  return { verdict: 'we-were-down', since: outage.from, evidence: [found] }
}

/** A connection with its id was refused since its last frame, and would still be refused. */
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
      ofRefusal(at, { code: 'address-refused', address: remoteAddress, sources: sources.join(', ') }),
    ),
  }
}

/** It has reached us since its last frame in a way that does not work. */
export const reachedWrongPort: Rule = (evidence) => {
  const { stray } = evidence
  if (stray === null || stray.at <= (lastHeard(evidence) ?? 0)) return null
  const { protocol, at, remoteAddress: address } = stray
  if (protocol === null) {
    return { verdict: 'http-port', since: at, evidence: [ofStray(at, { code: 'came-to-http', address })] }
  }
  const found = ofStray(at, { code: 'other-login', address, protocol })
  return { verdict: 'other-protocol', since: at, evidence: [found] }
}

/** The id, or an id that is a part of it, is waiting to be adopted. */
export const isUnknownId: Rule = (evidence) => {
  const since = lastHeard(evidence) ?? 0
  const waiting = evidence.unknown.filter(({ at }) => at > since)
  if (waiting.length === 0) return null
  return {
    verdict: 'unknown-id',
    since: waiting.at(-1)!.at,
    evidence: waiting.map(({ deviceId, at, remoteAddress }) =>
      ofUnknownId(at, { code: 'not-registered', address: remoteAddress, deviceId }),
    ),
  }
}

/** Since its last frame, a registered device with a related id has sent frames. */
export const connectsAsOther: Rule = (evidence) => {
  const { device, related } = evidence
  if (device === null || device.isConnected) return null
  const heardAt = lastHeard(evidence)
  const heard = related.filter(({ at }) => at > (heardAt ?? 0))
  if (heard.length === 0) return null
  return {
    verdict: 'other-id',
    since: heardAt ?? device.registeredAt,
    evidence: heard.map(({ deviceId, at }) =>
      ofRelatedDevice(at, { code: 'heard-as', deviceId, at: toIso(at) }),
    ),
  }
}

/** The device is registered, and nothing was ever received. */
export const neverConnected: Rule = (evidence) => {
  const { device } = evidence
  if (device === null || device.logins > 0 || lastHeard(evidence) !== null) return null
  const { registeredAt } = device
  const found = ofRegistry(registeredAt, { code: 'registered', at: toIso(registeredAt) })
  return { verdict: 'never-dialled-in', since: registeredAt, evidence: [found] }
}
