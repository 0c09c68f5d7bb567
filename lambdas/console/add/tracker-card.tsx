import { SelectField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { fleet, refreshFleet } from '../state/fleet.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { toRegistration, type Change, type Fields } from './fields.ts'
import { families } from './sms.ts'
import { TextField } from './text-field.tsx'
import { t } from '../text/text.ts'

const titles = {
  '/deviceId': t.add.id,
  '/name': t.add.name,
  '/password': t.add.password,
  '/cameFrom': t.add.oldServer,
}

function TrackerFields({ fields, onChange }: { fields: Fields; onChange: Change }) {
  const { family } = fields
  const text = { fields, onChange }
  return (
    <div class="columns">
      <TextField
        {...text}
        name="deviceId"
        label={t.add.trackerId}
        hint={t.add.trackerIdHint}
        input={{ inputMode: 'numeric', pattern: '[0-9]{1,15}', title: t.add.idRule }}
      />
      <TextField {...text} name="name" label={t.add.name} hint={t.add.nameHint} input={{ maxLength: 100 }} />
      <TextField
        {...text}
        name="phone"
        label={t.add.phone}
        hint={t.add.phoneHint}
        input={{ inputMode: 'tel', pattern: '[+0-9 ]{4,20}', title: t.add.phoneRule }}
      />
      <SelectField
        id="add-family"
        label={t.add.kind}
        value={family}
        titles={t.add.families}
        onPick={(picked) => onChange({ family: picked })}
      />
      <TextField {...text} name="apn" label={t.add.apn} hint={t.add.apnHint} />
      <TextField
        {...text}
        name="password"
        label={t.add.password}
        hint={t.add.factory(families[family].password || t.add.noPassword)}
      />
      <TextField {...text} name="apnUser" label={t.add.apnUser} hint={t.add.needNone} />
      <TextField {...text} name="apnPassword" label={t.add.apnPassword} hint={t.add.needNone} />
    </div>
  )
}

/** Step 1: the tracker and its SIM card. All fields are optional; the texts of step 2 contain the ones that are filled in. */
export function TrackerCard({ fields, onChange }: { fields: Fields; onChange: Change }) {
  const { deviceId } = fields
  const registration = useAction(titles)
  const isRegistered = fleet.value.some((row) => row.deviceId === deviceId)
  const register = () =>
    registration.run(async () => {
      await api.POST('/v1/devices', { body: { deviceId, ...toRegistration(fields) } })
      await refreshFleet()
    }, t.add.registered)
  return (
    <form
      class="card"
      aria-label={t.add.tracker}
      onSubmit={(event) => {
        event.preventDefault()
        void register()
      }}
    >
      <h2>{t.add.tracker1}</h2>
      <p class="hint">{t.add.trackerHint}</p>
      <TrackerFields fields={fields} onChange={onChange} />
      <Trouble text={registration.trouble} />
      <div class="bar">
        <button type="submit" disabled={registration.isBusy || deviceId === '' || isRegistered}>
          {t.add.registerNow}
        </button>
        <span class="hint" role="status">
          {registration.done ?? (isRegistered ? t.add.isRegistered : t.add.adoptLater)}
        </span>
      </div>
    </form>
  )
}
