import { useState } from 'preact/hooks'
import { Ask } from '../parts/ask.tsx'
import { InputField, SelectField } from '../parts/fields.tsx'
import { toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'
import {
  mqttFormats,
  mqttLevels,
  newBroker,
  readMqtt,
  removeMqtt,
  setMqtt,
  type MqttAnswer,
  type MqttBroker,
} from './mqtt.ts'

const REFRESH_MS = 3_000

const titles = {
  '/url': t.mqtt.url,
  '/formats': t.mqtt.formats,
  '/commands': t.mqtt.commands,
  '/topic': t.mqtt.topic,
  '/discoveryPrefix': t.mqtt.discoveryPrefix,
}

function State({ broker, connected, lastError }: MqttAnswer) {
  return (
    <>
      <p role="status">
        {broker === null
          ? t.mqtt.none
          : connected
            ? t.mqtt.connected(broker.url)
            : t.mqtt.notConnected(broker.url)}
      </p>
      {!connected && lastError !== null && (
        <Trouble
          text={t.mqtt.lastError(toDayAndClock(Date.parse(lastError.at)), inOwnLanguage(lastError.text))}
        />
      )}
    </>
  )
}

function TextField({
  name,
  broker,
  onInput,
}: {
  name: 'url' | 'topic' | 'discoveryPrefix'
  broker: MqttBroker
  onInput: (broker: MqttBroker) => void
}) {
  return (
    <InputField
      id={`mqtt-${name}`}
      label={t.mqtt[name]}
      required
      autocomplete="off"
      spellcheck={false}
      value={broker[name]}
      onInput={(value) => onInput({ ...broker, [name]: value.trim() })}
    />
  )
}

function ChoiceFields({ broker, onInput }: { broker: MqttBroker; onInput: (broker: MqttBroker) => void }) {
  const { formats } = broker
  return (
    <>
      <fieldset>
        <legend>{t.mqtt.formats}</legend>
        <div class="checks">
          {mqttFormats.map((format) => (
            <label key={format}>
              <input
                type="checkbox"
                checked={formats.includes(format)}
                onChange={({ currentTarget: { checked } }) => {
                  const others = formats.filter((one) => one !== format)
                  onInput({ ...broker, formats: checked ? [...others, format] : others })
                }}
              />
              {t.mqtt.formatNames[format]}
            </label>
          ))}
        </div>
      </fieldset>
      <SelectField
        id="mqtt-commands"
        label={t.mqtt.commands}
        hint={t.mqtt.levelsHint}
        value={broker.commands}
        choices={mqttLevels}
        titles={t.mqtt.levels}
        onPick={(commands) => onInput({ ...broker, commands })}
      />
    </>
  )
}

/** `stored`: the initial values of the form; null if there is no broker. */
function BrokerForm({
  stored,
  onAnswer,
}: {
  stored: MqttBroker | null
  onAnswer: (now: MqttAnswer) => void
}) {
  const [broker, setBroker] = useState(stored ?? newBroker)
  const [warning, setWarning] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)
  const { isBusy, trouble, done, run } = useAction(titles)
  const apply = (work: () => Promise<MqttAnswer>, text: string | null): Promise<boolean> =>
    run(async () => {
      setAsking(false)
      const now = await work()
      setBroker(now.broker ?? newBroker)
      setWarning(now.warning === undefined ? null : t.mqtt.left)
      onAnswer(now)
    }, text)
  const submit = (event: Event): void => {
    event.preventDefault()
    void apply(() => setMqtt(broker), t.mqtt.saved)
  }
  return (
    <form aria-label={t.mqtt.title} onSubmit={submit}>
      <TextField name="url" broker={broker} onInput={setBroker} />
      <p class="hint">{t.mqtt.passwordHint}</p>
      <ChoiceFields broker={broker} onInput={setBroker} />
      <div class="columns">
        <TextField name="topic" broker={broker} onInput={setBroker} />
        <TextField name="discoveryPrefix" broker={broker} onInput={setBroker} />
      </div>
      <Trouble text={trouble ?? warning} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          {t.mqtt.save}
        </button>
        {stored !== null && (
          <button type="button" disabled={isBusy} onClick={() => setAsking(true)}>
            {t.mqtt.remove}
          </button>
        )}
        {done !== null && <span role="status">{done}</span>}
      </div>
      {isAsking && (
        <Ask
          title={t.mqtt.askRemove}
          yes={t.mqtt.yesRemove}
          isBusy={isBusy}
          onYes={() => void apply(removeMqtt, null)}
          onNo={() => setAsking(false)}
        >
          <p class="situation">{t.mqtt.removeText}</p>
        </Ask>
      )}
    </form>
  )
}

/** The broker that devices are published to. Shown only if this installation supports it. */
export function MqttCard() {
  const { data, trouble, setData } = useAnswer(readMqtt, { everyMs: REFRESH_MS })
  return (
    <section class="card" aria-label={t.mqtt.title}>
      <h2>{t.mqtt.title}</h2>
      <p class="hint">{t.mqtt.hint}</p>
      <Trouble text={trouble} />
      {data !== null && <State {...data} />}
      {data?.setBy === 'command-line' && <p>{t.mqtt.fromCommandLine}</p>}
      {data !== null && data.setBy !== 'command-line' && (
        <BrokerForm stored={data.broker} onAnswer={setData} />
      )}
    </section>
  )
}
