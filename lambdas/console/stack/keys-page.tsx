import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { KeyAnswer, MadeKey } from '../api/types.ts'
import { limitText } from '../parts/device-limit.tsx'
import { Ask } from '../parts/ask.tsx'
import { toAgo, toDayAndClock } from '../parts/format.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { NewKeyForm } from './new-key-form.tsx'
import { StackPageFrame } from './stack-page.tsx'

const nameOf = ({ name, keyId }: KeyAnswer): string => name ?? keyId

function Facts({ apiKey: key }: { apiKey: KeyAnswer }) {
  const time = (iso: string): string => toDayAndClock(Date.parse(iso))
  const facts = [
    ['begins with', key.prefix],
    ['may use', limitText(key.devices ?? { labels: null, ids: null })],
    ['made', `${time(key.createdAt)} by ${key.createdBy}`],
    ['last used', toAgo(key.lastUsedAt, now.value)],
    ['expires', key.expiresAt === null ? 'never' : time(key.expiresAt)],
    ...(key.previousUntil === null ? [] : [['former secret', `accepted until ${time(key.previousUntil)}`]]),
  ]
  return (
    <dl class="wide">
      {facts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What to ask before a key changes for all who use it. */
const questions = {
  rotate: {
    yes: 'Yes, make a new secret',
    text: 'Whoever uses the key needs the new secret. The one it has now is accepted for another day.',
  },
  revoke: {
    yes: 'Yes, revoke it',
    text: 'Whoever uses the key is refused from the next request on. It cannot be brought back.',
  },
} as const
type Step = keyof typeof questions

function KeyCard({
  apiKey: key,
  onMade,
  onChanged,
}: {
  apiKey: KeyAnswer
  onMade: (key: MadeKey) => void
  onChanged: () => void
}) {
  const { keyId, scopes } = key
  const [asked, setAsked] = useState<Step | null>(null)
  const [withChildren, setWithChildren] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const params = { path: { keyId } }
  const steps: Readonly<Record<Step, () => Promise<void>>> = {
    rotate: async () => onMade(await answerOf(api.POST('/v1/keys/{keyId}/rotate', { params, body: {} }))),
    revoke: async () => {
      const query = withChildren ? { children: 'true' as const } : {}
      await api.DELETE('/v1/keys/{keyId}', { params: { ...params, query } })
    },
  }
  const confirm = (step: Step) =>
    run(async () => {
      setAsked(null)
      await steps[step]()
      onChanged()
    })
  return (
    <li class="card">
      <div class="bar">
        <span class="name">
          <bdi>{nameOf(key)}</bdi>
        </span>
        {scopes.map((scope) => (
          <span key={scope} class="chip">
            {scope}
          </span>
        ))}
      </div>
      <Facts apiKey={key} />
      <Trouble text={trouble} />
      <div class="bar">
        <button
          disabled={isBusy}
          aria-label={`New secret for ${nameOf(key)}`}
          onClick={() => setAsked('rotate')}
        >
          New secret
        </button>
        <button disabled={isBusy} aria-label={`Revoke ${nameOf(key)}`} onClick={() => setAsked('revoke')}>
          Revoke
        </button>
      </div>
      {asked !== null && (
        <Ask
          title={
            <>
              {asked === 'rotate' ? 'A new secret for ' : 'Revoke '}
              <bdi>{nameOf(key)}</bdi>?
            </>
          }
          yes={questions[asked].yes}
          isBusy={isBusy}
          onYes={() => void confirm(asked)}
          onNo={() => setAsked(null)}
        >
          <p class="situation">{questions[asked].text}</p>
          {asked === 'revoke' && (
            <label class="check">
              <input
                type="checkbox"
                checked={withChildren}
                onChange={(event) => setWithChildren(event.currentTarget.checked)}
              />
              Also revoke the keys that it made
            </label>
          )}
        </Ask>
      )}
    </li>
  )
}

/** The keys of this installation: made here, shown once. */
export function KeysPage() {
  const { data, trouble, reload } = useAnswer(() => answerOf(api.GET('/v1/keys')))
  const [made, setMade] = useState<MadeKey | null>(null)
  const show = (key: MadeKey): void => {
    setMade(key)
    void reload()
  }
  return (
    <StackPageFrame>
      <h1>API keys</h1>
      <p class="hint">
        Programs and people sign in with a key. A key sees and does only what its scopes and devices allow.
      </p>
      <Trouble text={trouble} />
      {made !== null && (
        <ShownOnce
          key={made.key}
          title={`The key ${nameOf(made)}`}
          secret={made.key}
          onClose={() => setMade(null)}
        />
      )}
      <NewKeyForm onMade={show} />
      {data?.items.length === 0 && (
        <p class="empty">
          There is only the first admin key, which is not listed. Make one key for each program and person, so
          that each can be revoked by itself.
        </p>
      )}
      <ul class="cards" aria-label="API keys">
        {data?.items.map((key) => (
          <KeyCard key={key.keyId} apiKey={key} onMade={show} onChanged={() => void reload()} />
        ))}
      </ul>
    </StackPageFrame>
  )
}
