import { signal } from '@preact/signals'
import type { ConsoleConfig } from '../api/types.ts'

/** What the deployment says of itself; null until it has answered. */
export const config = signal<ConsoleConfig | null>(null)

export async function loadConfig(): Promise<void> {
  const answer = await fetch('/console.json')
  if (!answer.ok) throw new Error(`/console.json answered ${answer.status}`)
  config.value = (await answer.json()) as ConsoleConfig
}
