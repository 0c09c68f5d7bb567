import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { MadeKey, NewKey } from '../api/types.ts'
import { DeviceLimitFields, readLimit } from '../parts/device-limit.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'

type Scope = NewKey['scopes'][number]

const scopeMeanings: Readonly<Record<Scope, string>> = {
  read: 'see devices, positions, frames and events',
  command: 'send commands of the catalogue',
  'command:raw': 'send bytes that the catalogue does not know',
  'command:engine': 'cut and restore the engine',
  share: 'ask where its one device is now, and nothing else',
  secrets: 'see passwords and phone numbers in clear text',
  admin: 'change devices, keys and webhooks; read the audit',
}
const allScopes = Object.keys(scopeMeanings) as Scope[]

const titles = {
  '/name': 'Name',
  '/scopes': 'May',
  '/devices/ids': 'Device ids',
  '/devices/labels': 'Labels',
  '/expiresAt': 'Expires',
}
const empty = { name: '', scopes: ['read'] as readonly Scope[], labels: '', ids: '', expires: '' }

/** Left out of the request: as the key that makes it. */
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
    <form class="card" aria-label="New key" onSubmit={submit}>
      <h2>New key</h2>
      <div class="columns">
        <div class="field">
          <label for="key-name">Name: who or what uses it</label>
          <input
            id="key-name"
            maxLength={100}
            value={text.name}
            onInput={(event) => setText({ ...text, name: event.currentTarget.value })}
          />
        </div>
        <div class="field">
          <label for="key-expires">Expires (optional)</label>
          <input
            id="key-expires"
            type="datetime-local"
            value={text.expires}
            onInput={(event) => setText({ ...text, expires: event.currentTarget.value })}
          />
        </div>
      </div>
      <fieldset>
        <legend>It may</legend>
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
        Make the key
      </button>
    </form>
  )
}
