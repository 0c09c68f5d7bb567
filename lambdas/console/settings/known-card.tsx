import type { DeviceAnswer } from '../api/types.ts'
import { FactList, type Fact } from '../parts/fact-list.tsx'
import { toDegrees, toFullTime } from '../parts/format.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const time = (iso: string): string => toFullTime(Date.parse(iso))

const conditionsOf = ({ clear }: NonNullable<DeviceAnswer['status']>): string =>
  clear.map((name) => wordOf(t.words.bits, name)).join(', ')

/** What is known about the device, and how to return it to its previous server. */
export function KnownCard({ device }: { device: DeviceAnswer }) {
  const { session, lastPosition, status, cameFrom, registeredBy } = device
  const titles = t.settings.known
  const facts: readonly Fact[] = [
    [titles.deviceId, device.deviceId],
    [titles.registered, `${time(device.registeredAt)}${registeredBy === 'open' ? t.settings.byItself : ''}`],
    [
      titles.session,
      session === null
        ? t.settings.noSession
        : t.settings.sessionSince(time(session.since), session.remoteAddress),
    ],
    [titles.lastPosition, lastPosition && toDegrees(lastPosition.latitude, lastPosition.longitude)],
    [titles.status, status && `${status.word}: ${conditionsOf(status) || t.settings.nothingHolds}`],
    [titles.model, device.seenModel],
    [titles.firmware, device.firmware],
    [titles.satellites, device.satellites],
    [titles.gsm, device.gsm],
    [titles.iccid, device.iccid],
    [titles.cameFrom, cameFrom && `${cameFrom.host}:${cameFrom.port}`],
    [titles.sms, cameFrom?.sms ?? null],
  ]
  return (
    <section class="card" aria-label={t.settings.knownTitle}>
      <h2>{t.settings.knownTitle}</h2>
      <FactList
        look="known"
        facts={facts.map(([title, value]) => [title, value === null ? null : <bdi>{value}</bdi>])}
      />
    </section>
  )
}
