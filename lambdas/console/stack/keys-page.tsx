import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { KeyAnswer, MadeKey } from '../api/types.ts'
import { limitText } from '../parts/device-limit.tsx'
import { Ask } from '../parts/ask.tsx'
import { FactList, type Fact } from '../parts/fact-list.tsx'
import { CheckField } from '../parts/fields.tsx'
import { toAgo, toDayAndClock } from '../parts/format.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { NewKeyForm } from './new-key-form.tsx'
import { StackPageFrame } from './stack-page.tsx'
import { t } from '../text/text.ts'

const nameOf = ({ name, keyId }: KeyAnswer): string => name ?? keyId

function Facts({ apiKey: key }: { apiKey: KeyAnswer }) {
  const time = (iso: string): string => toDayAndClock(Date.parse(iso))
  const titles = t.stack.keyFacts
  const facts: readonly Fact[] = [
    [titles.prefix, key.prefix],
    [titles.mayUse, limitText(key.devices ?? { labels: null, ids: null })],
    [titles.made, t.stack.madeBy(time(key.createdAt), key.createdBy)],
    [titles.lastUsed, toAgo(key.lastUsedAt, now.value)],
    [titles.expires, key.expiresAt === null ? t.time.never : time(key.expiresAt)],
    [titles.former, key.previousUntil === null ? null : t.stack.acceptedUntil(time(key.previousUntil))],
  ]
  return <FactList look="wide" facts={facts} />
}

/** The question before a change that affects everyone who uses the key. */
type Step = 'rotate' | 'revoke'

function Question({
  apiKey,
  step,
  isBusy,
  onYes,
  onNo,
}: {
  apiKey: KeyAnswer
  step: Step
  isBusy: boolean
  onYes: (withChildren: boolean) => void
  onNo: () => void
}) {
  const [withChildren, setWithChildren] = useState(false)
  const { yes, text } = t.stack.keyQuestions[step]
  const titleOf = step === 'rotate' ? t.stack.askRotate : t.stack.askRevoke
  return (
    <Ask
      title={titleOf(<bdi>{nameOf(apiKey)}</bdi>)}
      yes={yes}
      isBusy={isBusy}
      onYes={() => onYes(withChildren)}
      onNo={onNo}
    >
      <p class="situation">{text}</p>
      {step === 'revoke' && (
        <CheckField
          label={t.stack.withChildren}
          checked={withChildren}
          onPick={(isOn) => setWithChildren(isOn)}
        />
      )}
    </Ask>
  )
}

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
  const { isBusy, trouble, run } = useAction()
  const params = { path: { keyId } }
  const steps: Readonly<Record<Step, (withChildren: boolean) => Promise<void>>> = {
    rotate: async () => onMade(await answerOf(api.POST('/v1/keys/{keyId}/rotate', { params, body: {} }))),
    revoke: async (withChildren) => {
      const query = withChildren ? { children: 'true' as const } : {}
      await api.DELETE('/v1/keys/{keyId}', { params: { ...params, query } })
    },
  }
  const confirm = (step: Step, withChildren: boolean) =>
    run(async () => {
      setAsked(null)
      await steps[step](withChildren)
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
          aria-label={t.stack.newSecretFor(nameOf(key))}
          onClick={() => setAsked('rotate')}
        >
          {t.stack.newSecret}
        </button>
        <button
          disabled={isBusy}
          aria-label={t.stack.revokeKey(nameOf(key))}
          onClick={() => setAsked('revoke')}
        >
          {t.stack.revoke}
        </button>
      </div>
      {asked !== null && (
        <Question
          apiKey={key}
          step={asked}
          isBusy={isBusy}
          onYes={(withChildren) => void confirm(asked, withChildren)}
          onNo={() => setAsked(null)}
        />
      )}
    </li>
  )
}

/** The keys of this installation. A new secret is shown once. */
export function KeysPage() {
  const { data, trouble, reload } = useAnswer(() => answerOf(api.GET('/v1/keys')))
  const [made, setMade] = useState<MadeKey | null>(null)
  const show = (key: MadeKey): void => {
    setMade(key)
    void reload()
  }
  return (
    <StackPageFrame>
      <h1>{t.stack.titles.keys}</h1>
      <p class="hint">{t.stack.keysHint}</p>
      <Trouble text={trouble} />
      {made !== null && (
        <ShownOnce
          key={made.key}
          title={t.stack.theKey(nameOf(made))}
          secret={made.key}
          onClose={() => setMade(null)}
        />
      )}
      <NewKeyForm onMade={show} />
      {data?.items.length === 0 && <p class="empty">{t.stack.noKeys}</p>}
      <ul class="cards" aria-label={t.stack.titles.keys}>
        {data?.items.map((key) => (
          <KeyCard key={key.keyId} apiKey={key} onMade={show} onChanged={() => void reload()} />
        ))}
      </ul>
    </StackPageFrame>
  )
}
