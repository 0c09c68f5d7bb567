import { useState } from 'preact/hooks'
import type { DeviceAnswer } from '../api/types.ts'
import { toDegrees, toTimeZone } from '../parts/format.ts'
import { api } from '../state/session.ts'

const policies: Readonly<Record<DeviceAnswer['ackPolicy'], string>> = {
  auto: 'by the frame (recommended)',
  R12: 'always R12',
  V4: 'always V4',
  none: 'never',
}

/** Data and settings of the device. */
export function About({ device, onChanged }: { device: DeviceAnswer; onChanged: () => void }) {
  const [name, setName] = useState(device.name ?? '')
  const [model, setModel] = useState(device.model ?? '')
  const [ackPolicy, setAckPolicy] = useState(device.ackPolicy)
  const [inverted, setInverted] = useState(device.overrides.ignitionInverted)
  const [offset, setOffset] = useState(device.overrides.utcOffsetMinutes)
  const [outcome, setOutcome] = useState<{ ok: boolean; text: string } | null>(null)

  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await api.PATCH('/v1/devices/{deviceId}', {
        params: { path: { deviceId: device.deviceId } },
        body: {
          name: name.trim() || null,
          model: model.trim() || null,
          ackPolicy,
          overrides: { ignitionInverted: inverted, utcOffsetMinutes: offset },
        },
      })
      setOutcome({ ok: true, text: 'Saved.' })
      onChanged()
    } catch (error) {
      setOutcome({ ok: false, text: error instanceof Error ? error.message : String(error) })
    }
  }

  const { session, lastPosition, status, suggestedUtcOffsetMinutes: suggested } = device
  const facts = [
    ['device id', device.deviceId],
    ['registered', `${device.registeredAt} ${device.registeredBy === 'open' ? '(by itself)' : ''}`],
    ['session', session === null ? 'none' : `since ${session.since} from ${session.remoteAddress}`],
    ['last position', lastPosition && toDegrees(lastPosition.latitude, lastPosition.longitude)],
    ['status', status && `${status.word}: ${status.clear.join(', ') || 'nothing holds'}`],
    ['satellites', device.satellites],
    ['GSM', device.gsm],
    ['ICCID', device.iccid],
  ].filter(([, value]) => value !== null)

  return (
    <section class="about" aria-label="About the device">
      <form onSubmit={(event) => void save(event)}>
        <h2>Settings</h2>
        <div class="field">
          <label for="name">Name</label>
          <input
            id="name"
            maxlength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="model">Model</label>
          <input
            id="model"
            maxlength={50}
            placeholder="ST-906L"
            value={model}
            onInput={(event) => setModel(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="ack">Acknowledge frames</label>
          <select
            id="ack"
            value={ackPolicy}
            onChange={(event) => setAckPolicy(event.currentTarget.value as DeviceAnswer['ackPolicy'])}
          >
            {Object.entries(policies).map(([policy, title]) => (
              <option key={policy} value={policy}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={inverted}
            onChange={(event) => setInverted(event.currentTarget.checked)}
          />
          Ignition is reported the wrong way around
        </label>
        <div class="field">
          <label for="clock">Clock of the tracker, minutes ahead of UTC</label>
          <input
            id="clock"
            type="number"
            min={-720}
            max={840}
            step={15}
            value={offset}
            onInput={(event) => setOffset(event.currentTarget.valueAsNumber || 0)}
          />
          <span class="hint">{toTimeZone(offset)}</span>
        </div>
        {suggested !== null && suggested !== offset && (
          <p class="hint" role="status">
            The tracker seems to show local time.{' '}
            <button type="button" onClick={() => setOffset(suggested)}>
              Use {toTimeZone(suggested)}
            </button>
          </p>
        )}
        <div class="bar">
          <button class="primary" type="submit">
            Save
          </button>
          {outcome !== null && (
            <span class={outcome.ok ? 'hint' : 'trouble'} role="status">
              {outcome.text}
            </span>
          )}
        </div>
      </form>
      <div>
        <h2>What is known</h2>
        <dl class="wide">
          {facts.map(([title, value]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  )
}
