import { useState } from 'preact/hooks'
import { Refusal } from '../api/client.ts'
import { Trouble } from '../parts/trouble.tsx'
import { config } from '../state/config.ts'
import { startOidc, whyNot } from '../state/oidc.ts'
import { signedOutBecause, signInIfKnown } from '../state/session.ts'
import { t } from '../text/text.ts'

export function SignIn() {
  const [key, setKey] = useState('')
  const [trouble, setTrouble] = useState<string | null>(signedOutBecause.value)
  const [isBusy, setBusy] = useState(false)
  const oidc = config.value?.oidc

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      await signInIfKnown(key.trim())
    } catch (error) {
      setTrouble(error instanceof Refusal ? error.message : t.signIn.notReached)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main class="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>{t.signIn.title}</h1>
        <Trouble text={trouble} />
        <label for="key">{t.signIn.key}</label>
        <input
          id="key"
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          autofocus
          required
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
          aria-describedby="key-hint"
        />
        <p id="key-hint" class="hint">
          {t.signIn.keyHint(<code>npm start</code>)}
        </p>
        <button class="primary" type="submit" disabled={isBusy || key.trim() === ''}>
          {isBusy ? t.signIn.signingIn : t.signIn.signIn}
        </button>
        {oidc && (
          <button
            type="button"
            onClick={() => void startOidc(oidc).catch((error: unknown) => setTrouble(whyNot(error)))}
          >
            {t.signIn.organisation}
          </button>
        )}
        <a href="#/browser">{t.browser.title}</a>
      </form>
    </main>
  )
}
