import { useRef } from 'preact/hooks'

import { DiagnosisCard } from '../parts/diagnosis-card.tsx'
import { toAgo, toClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { fleet, fleetTrouble, isFleetLoaded, unknownDevices } from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import { AdoptForm } from './adopt.tsx'
import { toRegistration, type Fields } from './fields.ts'
import { findNewcomers, type Newcomer } from './newcomers.ts'
import { diagnosis } from '../text/diagnosis-texts.ts'
import { t } from '../text/text.ts'

/** After the SMS a tracker restarts and connects, which takes about a minute. */
const PATIENCE_MS = 60_000

function NewcomerRow({ newcomer, fields }: { newcomer: Newcomer; fields: Fields }) {
  const { deviceId, lastSeen, unknown, isExpected } = newcomer
  return (
    <li>
      <div class="bar">
        <strong>{deviceId}</strong>
        {isExpected && <span class="chip confirmed">{t.add.expected}</span>}
        <span class="hint">
          {unknown === null
            ? t.add.registeredChip
            : t.add.from(unknown.sampleType ?? t.add.noType, unknown.remoteAddress)}{' '}
          · {toAgo(lastSeen, now.value)}
        </span>
      </div>
      {unknown === null ? (
        <p>{t.add.dialledIn(<a href={linkTo(deviceId)}>{t.add.openIt}</a>)}</p>
      ) : (
        <AdoptForm deviceId={deviceId} body={toRegistration(isExpected ? fields : { ...fields, name: '' })} />
      )}
    </li>
  )
}

/** What to check while no tracker connects. */
function NoContact({ host, port }: Pick<Fields, 'host' | 'port'>) {
  return (
    <section aria-label={t.add.nothingCame}>
      <h3>{t.add.whatToCheck}</h3>
      <ol class="steps">
        {diagnosis['never-dialled-in'].whatToDo.map((step) => (
          <li key={step}>
            {step.replace(t.add.addressSlot, host || t.add.addressSlot).replace(t.add.portSlot, port)}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Step 3: the trackers that connect, live; while none does, the possible reasons. */
export function WatchCard({ fields }: { fields: Fields }) {
  const since = useRef(now.peek()).current
  const before = useRef<ReadonlySet<string> | null>(null)
  if (before.current === null && isFleetLoaded.value)
    before.current = new Set(fleet.value.map(({ deviceId }) => deviceId))
  const expectedId = fields.deviceId.trim()
  const newcomers = findNewcomers({
    expectedId,
    fleet: fleet.value,
    unknown: unknownDevices.value,
    before: before.current,
    since,
  })
  const isHere = newcomers.some(({ isExpected }) => isExpected || expectedId === '')
  const isOverdue = !isHere && now.value - since > PATIENCE_MS
  return (
    <section class="card" aria-label={t.add.wait}>
      <h2>{t.add.wait3}</h2>
      <p role="status">
        {t.add.watching(toClock(since), newcomers.length === 0 ? t.add.noneYet : t.add.someCame)}
      </p>
      <Trouble text={fleetTrouble.value} />
      <ul class="setting-list" aria-label={t.add.trackersHere}>
        {newcomers.map((newcomer) => (
          <NewcomerRow key={newcomer.deviceId} newcomer={newcomer} fields={fields} />
        ))}
      </ul>
      {isOverdue && (
        <DiagnosisCard deviceId={expectedId} everyMs={15_000} ifNothingKnown={<NoContact {...fields} />} />
      )}
    </section>
  )
}
