import { signal } from '@preact/signals'
import type { ConsoleConfig } from '../api/types.ts'
import { t } from '../text/text.ts'

/** The deployment's configuration; null until it is loaded. */
export const config = signal<ConsoleConfig | null>(null)

async function load(): Promise<ConsoleConfig> {
  const answer = await fetch('/console.json')
  if (!answer.ok) throw new Error(t.problems.fileAnswered('/console.json', answer.status))
  return (config.value = (await answer.json()) as ConsoleConfig)
}

let loading: Promise<ConsoleConfig> | null = null
/** Loaded once; code that needs it waits for this promise. */
export const loadConfig = (): Promise<ConsoleConfig> => (loading ??= load())
