import { computed, signal } from '@preact/signals'
import { answerOf, createApi, Refusal } from '../api/client.ts'

const STORAGE_KEY = 'h02.key'

/** The key or token of this tab. It is deleted with the tab, so that nothing stays on a borrowed machine. */
export const token = signal<string | null>(sessionStorage.getItem(STORAGE_KEY))
export const isSignedIn = computed(() => token.value !== null)
/** A sentence about why the user was signed out. */
export const signedOutBecause = signal<string | null>(null)

export function signIn(key: string): void {
  sessionStorage.setItem(STORAGE_KEY, key)
  signedOutBecause.value = null
  token.value = key
}

export function signOut(because: string | null = null): void {
  sessionStorage.removeItem(STORAGE_KEY)
  signedOutBecause.value = because
  token.value = null
}

export const api = createApi(
  () => token.value,
  () => {
    if (token.value !== null) signOut('This key, or sign-in, is not known (any more). Sign in again.')
  },
)

/** Checks a key or token with the API before it is accepted. Throws the API's answer if it is unknown. */
export async function signInIfKnown(key: string): Promise<void> {
  try {
    const asKey = createApi(
      () => key,
      () => {},
    )
    await answerOf(asKey.GET('/v1/devices', { params: { query: { limit: 1 } } }))
  } catch (error) {
    // A key without the scope `read` is accepted; requests that need a missing scope are refused individually.
    if (!(error instanceof Refusal && error.status === 403)) throw error
  }
  signIn(key)
}
