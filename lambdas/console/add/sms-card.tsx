import { config } from '../state/config.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { toTyped, type Change, type Fields } from './fields.ts'
import { families, type Sms } from './sms.ts'
import { TextField } from './text-field.tsx'
import { t } from '../text/text.ts'

/** Opens the SMS app of a phone with the text filled in (RFC 5724; phones also understand `body`). */
const smsLink = (phone: string, text: string): string =>
  `sms:${phone.replaceAll(' ', '')}?body=${encodeURIComponent(text)}`

function Text({ sms: { title, text, note }, phone }: { sms: Sms; phone: string }) {
  return (
    <li>
      <strong>{title}</strong>
      {text !== null && (
        <div class="bar">
          <code class="sms">
            <bdi>{text}</bdi>
          </code>
          <CopyButton text={text} what={title} />
          {phone !== '' && (
            <a class="button" href={smsLink(phone, text)}>
              {t.add.writeIt}
            </a>
          )}
        </div>
      )}
      <p class="hint">{note}</p>
    </li>
  )
}

/** The address that the tracker should connect to. People type it if this server does not know its public address. */
function ServerFields({ fields, onChange }: { fields: Fields; onChange: Change }) {
  const { hosts, isLocal } = config.value!.trackers
  const text = { fields, onChange }
  return (
    <>
      {isLocal && (
        <p class="trouble" role="alert">
          {t.add.localOnly(<code>npm start -- --host 0.0.0.0</code>)}
        </p>
      )}
      <div class="columns">
        <TextField
          {...text}
          name="host"
          label={t.add.address}
          hint={hosts.length === 0 ? t.add.addressUnknown : t.add.reachedBy(hosts.join(t.add.or))}
        />
        <TextField {...text} name="port" label={t.add.port} input={{ type: 'number', min: 1, max: 65_535 }} />
      </div>
    </>
  )
}

/** Step 2: the texts to send, and the way back. */
export function SmsCard({ fields, onChange }: { fields: Fields; onChange: Change }) {
  const { family, phone, oldHost, oldPort, password } = fields
  const { write, back } = families[family]
  const way = oldPort === '' ? null : back(oldHost, Number(oldPort), password)
  const text = { fields, onChange }
  return (
    <section class="card" aria-label={t.add.sendTexts}>
      <h2>{t.add.sendTexts2}</h2>
      <p class="hint">{t.add.sendHint}</p>
      <ServerFields {...text} />
      <ol class="texts" aria-label={t.add.texts}>
        {write(toTyped(fields)).map((sms) => (
          <Text key={sms.title} sms={sms} phone={phone} />
        ))}
      </ol>
      <h3>{t.add.wayBack}</h3>
      <p class="hint">{t.add.wayBackHint}</p>
      <div class="columns">
        <TextField {...text} name="oldHost" label={t.add.oldServer} />
        <TextField
          {...text}
          name="oldPort"
          label={t.add.oldPort}
          input={{ type: 'number', min: 1, max: 65_535 }}
        />
      </div>
      {way !== null && (
        <ul class="texts">
          <Text sms={{ title: t.add.backTitle, text: way, note: t.add.backNote }} phone={phone} />
        </ul>
      )}
    </section>
  )
}
