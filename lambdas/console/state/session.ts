import { computed, signal } from '@preact/signals'
import { createClient } from '../api/client.ts'

const storageKey = 'h02.key'

/** The key, or token, of this tab. It is gone with the tab: nothing is kept longer on a borrowed machine. */
export const token = signal<string | null>(sessionStorage.getItem(storageKey))
export const isSignedIn = computed(() => token.value !== null)
/** Why nobody is signed in any more, in a sentence. */
export const signedOutBecause = signal<string | null>(null)

export function signIn(key: string): void {
  sessionStorage.setItem(storageKey, key)
  signedOutBecause.value = null
  token.value = key
}

export function signOut(because: string | null = null): void {
  sessionStorage.removeItem(storageKey)
  signedOutBecause.value = because
  token.value = null
}

export const client = createClient(
  () => token.value,
  () => {
    if (token.value !== null) signOut('The key is not known (any more). Sign in again.')
  },
)
