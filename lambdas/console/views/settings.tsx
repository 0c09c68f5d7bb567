import type { DeviceAnswer } from '../api/types.ts'
import { PasswordCard, SourcesCard } from '../settings/access-cards.tsx'
import { DeleteCard } from '../settings/delete-card.tsx'
import { DesiredCard } from '../settings/desired-card.tsx'
import { KnownCard } from '../settings/known-card.tsx'
import { LabelsCard } from '../settings/labels-card.tsx'
import { NameCard } from '../settings/name-card.tsx'
import { ReadingCard } from '../settings/reading-card.tsx'
import { RelayCard } from '../settings/relay-card.tsx'
import { SchedulesCard } from '../settings/schedules-card.tsx'
import { SharesCard } from '../settings/shares-card.tsx'
import { SpeedLimitCard } from '../settings/speed-limit-card.tsx'
import { t } from '../text/text.ts'

/** The settings of a device, one card per subject. */
export function SettingsView({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const { deviceId, name, password, sources, session, relay } = device
  const card = { deviceId, onChanged }
  return (
    <section class="device-settings" aria-label={t.device.settings}>
      <div class="card-grid">
        <NameCard device={device} onChanged={onChanged} />
        <LabelsCard device={device} onChanged={onChanged} />
        <SpeedLimitCard device={device} onChanged={onChanged} />
        <DesiredCard deviceId={deviceId} />
        <SchedulesCard deviceId={deviceId} />
        <SharesCard deviceId={deviceId} />
        <ReadingCard device={device} onChanged={onChanged} />
        <PasswordCard {...card} password={password} />
        <SourcesCard {...card} sources={sources} session={session} />
        <RelayCard {...card} relay={relay} />
        <KnownCard device={device} />
        <DeleteCard deviceId={deviceId} name={name} />
      </div>
    </section>
  )
}
