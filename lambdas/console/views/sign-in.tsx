import { useState } from 'preact/hooks'
import { Refusal } from '../api/client.ts'
import { config } from '../state/config.ts'
import { startOidc, whyNot } from '../state/oidc.ts'
import { signedOutBecause, signInIfKnown } from '../state/session.ts'

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
      setTrouble(error instanceof Refusal ? error.message : 'The API cannot be reached. Is it running?')
    } finally {
      setBusy(false)
    }
  }

  return (
    <main class="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>H02 console</h1>
        {trouble !== null && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <label for="key">API key</label>
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
          <code>npm start</code> prints it; on AWS it is in Secrets Manager. It is kept for this tab only.
        </p>
        <button class="primary" type="submit" disabled={isBusy || key.trim() === ''}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
        {oidc && (
          <button
            type="button"
            onClick={() => void startOidc(oidc).catch((error: unknown) => setTrouble(whyNot(error)))}
          >
            Sign in with your organisation
          </button>
        )}
      </form>
    </main>
  )
}
