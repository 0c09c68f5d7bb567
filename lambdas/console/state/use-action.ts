import { useState } from 'preact/hooks'
import { explain } from '../api/explain.ts'

/** An action that a person starts: whether it is running, and how it ended. */
export function useAction(titles: Readonly<Record<string, string>> = {}) {
  const [isBusy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<readonly string[] | null>(null)
  const [done, setDone] = useState<string | null>(null)
  /** `text`: shown after success. Resolves to true if the action succeeded. */
  const run = async (work: () => Promise<unknown>, text: string | null = null): Promise<boolean> => {
    setBusy(true)
    setTrouble(null)
    setDone(null)
    try {
      await work()
      setDone(text)
      return true
    } catch (error) {
      setTrouble(explain(error, titles))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, trouble, done, run }
}
