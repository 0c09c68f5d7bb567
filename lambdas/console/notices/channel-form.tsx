import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { NewNoticeChannel } from '../api/types.ts'
import { InputField, SelectField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { config } from '../state/config.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'

type Target = NewNoticeChannel['target']
type Kind = Target['kind']
const kinds = ['ntfy', 'telegram', 'pushover', 'webhook', 'email'] as const satisfies Kind[]

type Field = {
  readonly name: string
  readonly title: string
  readonly type?: 'text' | 'url' | 'password' | 'email'
  readonly isOptional?: boolean
  readonly value?: string
}
const fieldsOf: Readonly<Record<Kind, readonly Field[]>> = {
  ntfy: [
    { name: 'server', title: t.notices.ntfyServer, type: 'url', value: 'https://ntfy.sh' },
    { name: 'topic', title: t.notices.ntfyTopic },
    { name: 'token', title: t.notices.ntfyToken, type: 'password', isOptional: true },
  ],
  telegram: [
    { name: 'botToken', title: t.notices.botToken, type: 'password' },
    { name: 'chat', title: t.notices.chat },
  ],
  pushover: [
    { name: 'appToken', title: t.notices.appToken, type: 'password' },
    { name: 'userKey', title: t.notices.userKey, type: 'password' },
  ],
  webhook: [{ name: 'url', title: t.notices.url, type: 'url' }],
  email: [{ name: 'address', title: t.notices.address, type: 'email' }],
}

const titles = Object.fromEntries(
  Object.values(fieldsOf)
    .flat()
    .map(({ name, title }) => [`/target/${name}`, title]),
)

/** The typed values without empty fields. */
function readForm(form: FormData, kind: Kind): NewNoticeChannel {
  const text = (name: string): string => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const values = fieldsOf[kind]
    .map(({ name }) => [name, text(name)] as const)
    .filter(([, value]) => value !== '')
  return { name: text('name'), target: { kind, ...Object.fromEntries(values) } as Target }
}

export function ChannelForm({ onMade }: { onMade: () => void }) {
  const [kind, setKind] = useState<Kind>('ntfy')
  const sendsMail = config.value?.sendsMail === true
  const { isBusy, trouble, run } = useAction({ '/name': t.notices.channelName, ...titles })
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const body = readForm(new FormData(form), kind)
    if (await run(() => answerOf(api.POST('/v1/notice-channels', { body })))) {
      form.reset()
      onMade()
    }
  }
  return (
    <form class="card" aria-label={t.notices.newChannel} onSubmit={(event) => void submit(event)}>
      <h3>{t.notices.newChannel}</h3>
      <div class="columns">
        <SelectField
          id="channel-kind"
          label={t.notices.kind}
          value={kind}
          choices={sendsMail ? kinds : kinds.filter((one) => one !== 'email')}
          titles={t.notices.kinds}
          onPick={setKind}
        />
        <InputField
          id="channel-name"
          label={t.notices.channelName}
          name="name"
          required
          maxLength={80}
          autocomplete="off"
        />
        {fieldsOf[kind].map(({ name, title, type = 'text', isOptional = false, value }) => (
          <InputField
            key={`${kind}-${name}`}
            id={`channel-${name}`}
            label={title}
            name={name}
            type={type}
            required={!isOptional}
            autocomplete="off"
            defaultValue={value}
          />
        ))}
      </div>
      {!sendsMail && <p class="hint">{t.notices.noMailHint}</p>}
      <p class="hint">{t.notices.secretsHint}</p>
      <Trouble text={trouble} />
      <button class="primary" type="submit" disabled={isBusy}>
        {t.notices.addChannel}
      </button>
    </form>
  )
}
