import { computed, signal } from '@preact/signals'
import { answerOf, createApi, Refusal } from '../api/client.ts'

const STORAGE_KEY = 'h02.key'

/** The key, or token, of this tab. It is gone with the tab: nothing is kept longer on a borrowed machine. */
export const token = signal<string | null>(sessionStorage.getItem(STORAGE_KEY))
export const isSignedIn = computed(() => token.value !== null)
/** Why no one is signed in any more, in a sentence. */
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

/** Asks the API once before a key, or token, is believed. Throws what it answers when no one knows it. */
export async function signInIfKnown(key: string): Promise<void> {
  try {
    const asKey = createApi(
      () => key,
      () => {},
    )
    await answerOf(asKey.GET('/v1/devices', { params: { query: { limit: 1 } } }))
  } catch (error) {
    // A key without the scope `read` is accepted; each request that it lacks a scope for is refused.
    if (!(error instanceof Refusal && error.status === 403)) throw error
  }
  signIn(key)
}
