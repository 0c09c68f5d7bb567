import { MAX_PER_MINUTE, standardCanary } from '../../shared/domain/campaign.ts'
import {
  expiryUnits,
  stoppingOutcomes,
  type ExpiryUnit,
  type LimitsText,
  type StoppingOutcome,
  type StopText,
} from './limits.ts'
import { InputField } from '../parts/fields.tsx'
import { t } from '../text/text.ts'

type Props = {
  readonly text: LimitsText
  readonly onInput: (text: LimitsText) => void
}

function StopField({
  outcome,
  stop,
  onInput,
}: {
  outcome: StoppingOutcome
  stop: StopText
  onInput: (stop: StopText) => void
}) {
  const id = `stop-${outcome}`
  const isShare = stop.unit === 'percent'
  return (
    <div class="stop">
      <label for={id}>
        {t.words.verdicts[outcome]} <small>{t.words.meanings[outcome]}</small>
      </label>
      <input
        id={id}
        type="number"
        min={isShare ? 0.1 : 1}
        max={isShare ? 99 : undefined}
        step={isShare ? 0.1 : 1}
        placeholder={t.campaigns.never}
        value={stop.value}
        onInput={(event) => onInput({ ...stop, value: event.currentTarget.value })}
      />
      <select
        aria-label={t.campaigns.countedAs(t.words.verdicts[outcome])}
        value={stop.unit}
        onChange={(event) => onInput({ ...stop, unit: event.currentTarget.value as StopText['unit'] })}
      >
        <option value="percent">{t.campaigns.percentOfConcluded}</option>
        <option value="devices">{t.campaigns.devicesColumn}</option>
      </select>
    </div>
  )
}

/** When the campaign stops by itself. */
export function StopFields({ text, onInput }: Props) {
  const { stopWhen } = text
  return (
    <fieldset>
      <legend>{t.campaigns.stopWhen}</legend>
      {stoppingOutcomes.map((outcome) => (
        <StopField
          key={outcome}
          outcome={outcome}
          stop={stopWhen[outcome]}
          onInput={(stop) => onInput({ ...text, stopWhen: { ...stopWhen, [outcome]: stop } })}
        />
      ))}
      <p class="hint">{t.campaigns.stopHint}</p>
    </fieldset>
  )
}

/** The canary, the speed, the waiting time and the stop conditions. `devices`: number of selected devices. */
export function LimitsFields({ text, onInput, devices }: Props & { devices: number }) {
  return (
    <div class="columns">
      <InputField
        id="canary"
        label={t.campaigns.canaryField}
        hint={t.campaigns.canaryHint}
        type="number"
        min={0}
        max={10_000}
        placeholder={String(Math.min(standardCanary(devices), devices))}
        value={text.canary}
        onInput={(value) => onInput({ ...text, canary: value })}
      />
      <InputField
        id="per-minute"
        label={t.campaigns.perMinuteField}
        type="number"
        required
        min={1}
        max={MAX_PER_MINUTE}
        value={text.perMinute}
        onInput={(value) => onInput({ ...text, perMinute: value })}
      />
      <div class="field">
        <label for="expires">{t.campaigns.expiresField}</label>
        <span class="bar">
          <input
            id="expires"
            type="number"
            required
            min={1}
            value={text.expires}
            onInput={(event) => onInput({ ...text, expires: event.currentTarget.value })}
          />
          <select
            aria-label={t.campaigns.expiresUnit}
            value={text.expiresUnit}
            onChange={(event) => onInput({ ...text, expiresUnit: event.currentTarget.value as ExpiryUnit })}
          >
            {(Object.keys(expiryUnits) as ExpiryUnit[]).map((unit) => (
              <option key={unit} value={unit}>
                {t.campaigns.units[unit]}
              </option>
            ))}
          </select>
        </span>
      </div>
      <InputField
        id="campaign-name"
        label={t.campaigns.nameOptional}
        maxLength={100}
        value={text.name}
        onInput={(value) => onInput({ ...text, name: value })}
      />
    </div>
  )
}
