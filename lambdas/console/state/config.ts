import { signal } from '@preact/signals'
import type { ConsoleConfig } from '../api/types.ts'

/** What the deployment says of itself; null until it has answered. */
export const config = signal<ConsoleConfig | null>(null)

async function load(): Promise<ConsoleConfig> {
  const answer = await fetch('/console.json')
  if (!answer.ok) throw new Error(`/console.json answered ${answer.status}`)
  return (config.value = (await answer.json()) as ConsoleConfig)
}

let loading: Promise<ConsoleConfig> | null = null
/** Asked for once; what cannot do without it waits here. */
export const loadConfig = (): Promise<ConsoleConfig> => (loading ??= load())
