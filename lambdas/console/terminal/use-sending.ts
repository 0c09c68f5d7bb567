import { useState } from 'preact/hooks'
import { Refusal } from '../api/client.ts'
import { messageOf } from '../api/explain.ts'
import type { Order } from '../api/types.ts'
import type { Commands } from '../state/commands.ts'
import type { Question } from './ask-twice.tsx'
import { t } from '../text/text.ts'
import { questionOf, whyOf } from './refusal-question.ts'

/** Sends orders, asks when the API requires a decision, and shows what went wrong. `onSent` is called when nothing is left to do. */
export function useSending(commands: Commands, onSent: () => void) {
  const [question, setQuestion] = useState<Question | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  const titleOf = ({ intent }: Order): string | null =>
    commands.catalogue.value?.items.find((one) => one.intent === intent)?.title ?? null

  const send = async (order: Order): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      const confirmation = await commands.send(order)
      if (confirmation === null) onSent()
      else setQuestion({ kind: 'dangerous', order, confirmation })
    } catch (error) {
      const kind = error instanceof Refusal ? questionOf(error, order) : null
      const title = titleOf(order)
      if (error instanceof Refusal && kind !== null)
        setQuestion({ kind, order, title, why: whyOf(error, title ?? t.terminal.thisText) })
      else setTrouble(messageOf(error))
    } finally {
      setBusy(false)
    }
  }

  const confirm = async (): Promise<void> => {
    if (question === null) return
    setQuestion(null)
    if (question.kind !== 'dangerous') {
      return send({
        ...question.order,
        ...(question.kind === 'waiting' ? { queue: true } : { confirm: true }),
      })
    }
    try {
      await commands.confirm(question.confirmation)
      onSent()
    } catch (error) {
      setTrouble(messageOf(error))
    }
  }

  return { question, trouble, isBusy, send, confirm, setTrouble, dismiss: () => setQuestion(null) }
}
