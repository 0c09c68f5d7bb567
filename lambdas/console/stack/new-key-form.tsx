import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { MadeKey, NewKey } from '../api/types.ts'
import { DeviceLimitFields, readLimit } from '../parts/device-limit.tsx'
import { InputField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { t } from '../text/text.ts'

type Scope = NewKey['scopes'][number]

const scopeMeanings: Readonly<Record<Scope, string>> = t.stack.scopes
const allScopes = Object.keys(scopeMeanings) as Scope[]

const titles = {
  '/name': t.stack.name,
  '/scopes': t.stack.may,
  '/devices/ids': t.stack.deviceIds,
  '/devices/labels': t.stack.labels,
  '/expiresAt': t.stack.expires,
}
const empty = { name: '', scopes: ['read'] as readonly Scope[], labels: '', ids: '', expires: '' }

/** Left out of the request: then the new key has the limits of the key that makes it. */
function toRequest({ name, scopes, expires, ...limit }: typeof empty): NewKey {
  const { labels, ids } = readLimit(limit)
  return {
    ...(name.trim() !== '' && { name: name.trim() }),
    scopes: [...scopes],
    ...((labels !== null || ids !== null) && {
      devices: { ...(labels !== null && { labels }), ...(ids !== null && { ids }) },
    }),
    ...(expires !== '' && { expiresAt: new Date(expires).toISOString() }),
  }
}

export function NewKeyForm({ onMade }: { onMade: (key: MadeKey) => void }) {
  const [text, setText] = useState(empty)
  const { isBusy, trouble, run } = useAction(titles)
  const toggle = (scope: Scope): void => {
    const { scopes } = text
    setText({
      ...text,
      scopes: scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope],
    })
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    void run(async () => {
      onMade(await answerOf(api.POST('/v1/keys', { body: toRequest(text) })))
      setText(empty)
    })
  }
  return (
    <form class="card" aria-label={t.stack.newKey} onSubmit={submit}>
      <h2>{t.stack.newKey}</h2>
      <div class="columns">
        <InputField
          id="key-name"
          label={t.stack.keyName}
          maxLength={100}
          value={text.name}
          onInput={(value) => setText({ ...text, name: value })}
        />
        <InputField
          id="key-expires"
          label={t.stack.expiresOptional}
          type="datetime-local"
          value={text.expires}
          onInput={(value) => setText({ ...text, expires: value })}
        />
      </div>
      <fieldset>
        <legend>{t.stack.itMay}</legend>
        <div class="checks">
          {allScopes.map((scope) => (
            <label key={scope}>
              <input type="checkbox" checked={text.scopes.includes(scope)} onChange={() => toggle(scope)} />
              <span>
                {scope} <small>{scopeMeanings[scope]}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <DeviceLimitFields prefix="key" text={text} onInput={(limit) => setText({ ...text, ...limit })} />
      <Trouble text={trouble} />
      <button class="primary" type="submit" disabled={isBusy || text.scopes.length === 0}>
        {t.stack.makeKey}
      </button>
    </form>
  )
}
