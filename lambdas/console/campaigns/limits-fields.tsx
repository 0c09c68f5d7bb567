import { MAX_PER_MINUTE, standardCanary } from '../../shared/domain/campaign.ts'
import {
  expiryUnits,
  stoppingOutcomes,
  type ExpiryUnit,
  type LimitsText,
  type StoppingOutcome,
  type StopText,
} from './limits.ts'
import { sliceMeanings } from './progress.ts'

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
        {outcome} <small>{sliceMeanings[outcome]}</small>
      </label>
      <input
        id={id}
        type="number"
        min={isShare ? 0.1 : 1}
        max={isShare ? 99 : undefined}
        step={isShare ? 0.1 : 1}
        placeholder="never"
        value={stop.value}
        onInput={(event) => onInput({ ...stop, value: event.currentTarget.value })}
      />
      <select
        aria-label={`${outcome}: counted as`}
        value={stop.unit}
        onChange={(event) => onInput({ ...stop, unit: event.currentTarget.value as StopText['unit'] })}
      >
        <option value="percent">% of concluded</option>
        <option value="devices">devices</option>
      </select>
    </div>
  )
}

/** When it stops by itself. */
export function StopFields({ text, onInput }: Props) {
  const { stopWhen } = text
  return (
    <fieldset>
      <legend>Stop when so many ended</legend>
      {stoppingOutcomes.map((outcome) => (
        <StopField
          key={outcome}
          outcome={outcome}
          stop={stopWhen[outcome]}
          onInput={(stop) => onInput({ ...text, stopWhen: { ...stopWhen, [outcome]: stop } })}
        />
      ))}
      <p class="hint">
        Shares count once the canary has passed and 10 devices are concluded; numbers count from the first
        device. Empty: it never stops for that.
      </p>
    </fieldset>
  )
}

/** How careful, how fast, and for how long. `devices`: how many are selected. */
export function LimitsFields({ text, onInput, devices }: Props & { devices: number }) {
  return (
    <div class="columns">
      <div class="field">
        <label for="canary">Canary: so many devices first</label>
        <input
          id="canary"
          type="number"
          min={0}
          max={10_000}
          placeholder={String(Math.min(standardCanary(devices), devices))}
          value={text.canary}
          onInput={(event) => onInput({ ...text, canary: event.currentTarget.value })}
        />
        <span class="hint">All of them must end confirmed or answered before the rest starts.</span>
      </div>
      <div class="field">
        <label for="per-minute">Devices a minute, at most</label>
        <input
          id="per-minute"
          type="number"
          required
          min={1}
          max={MAX_PER_MINUTE}
          value={text.perMinute}
          onInput={(event) => onInput({ ...text, perMinute: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="expires">Each command waits for its device, at most</label>
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
            aria-label="Unit of the waiting time"
            value={text.expiresUnit}
            onChange={(event) => onInput({ ...text, expiresUnit: event.currentTarget.value as ExpiryUnit })}
          >
            {Object.keys(expiryUnits).map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </select>
        </span>
      </div>
      <div class="field">
        <label for="campaign-name">Name (optional)</label>
        <input
          id="campaign-name"
          maxLength={100}
          value={text.name}
          onInput={(event) => onInput({ ...text, name: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
