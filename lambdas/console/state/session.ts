import { computed, signal } from '@preact/signals'
import { answerOf, createApi, createSend, Refusal } from '../api/client.ts'
import { t } from '../text/text.ts'

const STORAGE_KEY = 'h02.key'

/** The key or token of this tab. It is deleted with the tab, so that nothing stays on a borrowed machine. */
const token = signal<string | null>(sessionStorage.getItem(STORAGE_KEY))
export const isSignedIn = computed(() => token.value !== null)
/** A sentence about why the user was signed out. */
export const signedOutBecause = signal<string | null>(null)

function signIn(key: string): void {
  sessionStorage.setItem(STORAGE_KEY, key)
  signedOutBecause.value = null
  token.value = key
}

export function signOut(because: string | null = null): void {
  sessionStorage.removeItem(STORAGE_KEY)
  signedOutBecause.value = because
  token.value = null
}

/** For routes that are not in the description of the API. */
export const send = createSend(
  () => token.value,
  () => {
    if (token.value !== null) signOut(t.signIn.unknown)
  },
)
export const api = createApi(send)

/** Checks a key or token with the API before it is accepted. Throws the API's answer if it is unknown. */
export async function signInIfKnown(key: string): Promise<void> {
  try {
    const asKey = createApi(
      createSend(
        () => key,
        () => {},
      ),
    )
    await answerOf(asKey.GET('/v1/devices', { params: { query: { limit: 1 } } }))
  } catch (error) {
    // A key without the scope `read` is accepted; requests that need a missing scope are refused individually.
    if (!(error instanceof Refusal && error.status === 403)) throw error
  }
  signIn(key)
}
