import { useEffect, useState } from 'preact/hooks'
import type { ConsoleConfig } from '../api/types.ts'
import { config } from '../state/config.ts'
import { watchFleet, watchUnknown } from '../state/fleet.ts'
import { emptyFields, type Change } from './fields.ts'
import { SmsCard } from './sms-card.tsx'
import { TrackerCard } from './tracker-card.tsx'
import { WatchCard } from './watch-card.tsx'
import { t } from '../text/text.ts'

/** Adds a tracker: what it is, what to send to it, and its first contact. */
export function AddPage() {
  const trackers = config.value?.trackers
  return (
    <main class="plain add">
      <h1>{t.add.title}</h1>
      {trackers === undefined ? <p class="hint">{t.add.loading}</p> : <Steps trackers={trackers} />}
    </main>
  )
}

function Steps({ trackers }: Pick<ConsoleConfig, 'trackers'>) {
  useEffect(watchFleet, [])
  useEffect(watchUnknown, [])
  const [fields, setFields] = useState(() => emptyFields(trackers))
  const onChange: Change = (changed) => setFields((before) => ({ ...before, ...changed }))
  return (
    <>
      <TrackerCard fields={fields} onChange={onChange} />
      <SmsCard fields={fields} onChange={onChange} />
      <WatchCard fields={fields} />
    </>
  )
}
