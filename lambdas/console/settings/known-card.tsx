import type { DeviceAnswer } from '../api/types.ts'
import { toDayAndClock, toDegrees } from '../parts/format.ts'

const time = (iso: string): string => toDayAndClock(Date.parse(iso))

/** What is known of the device, and the way back to where it reported before. */
export function KnownCard({ device }: { device: DeviceAnswer }) {
  const { session, lastPosition, status, cameFrom, registeredBy } = device
  const facts = [
    ['device id', device.deviceId],
    ['registered', `${time(device.registeredAt)}${registeredBy === 'open' ? ', by itself' : ''}`],
    ['session', session === null ? 'none' : `since ${time(session.since)} from ${session.remoteAddress}`],
    ['last position', lastPosition && toDegrees(lastPosition.latitude, lastPosition.longitude)],
    ['status', status && `${status.word}: ${status.clear.join(', ') || 'nothing holds'}`],
    ['model reported', device.seenModel],
    ['firmware', device.firmware],
    ['satellites', device.satellites],
    ['GSM', device.gsm],
    ['ICCID', device.iccid],
    ['came from', cameFrom && `${cameFrom.host}:${cameFrom.port}`],
    ['SMS back there', cameFrom?.sms ?? null],
  ].filter(([, value]) => value !== null)
  return (
    <section class="card" aria-label="What is known">
      <h2>What is known</h2>
      <dl class="known">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
