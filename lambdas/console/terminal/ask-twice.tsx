import { useEffect, useRef } from 'preact/hooks'
import { toSpan, toSpeed } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import type { ConfirmationAnswer } from '../api/types.ts'
import type { Order } from '../state/commands.ts'

export type Question =
  | { readonly kind: 'disruptive' | 'waiting'; readonly order: Order; readonly why: string }
  | { readonly kind: 'dangerous'; readonly order: Order; readonly confirmation: ConfirmationAnswer }

const titles: Record<Question['kind'], string> = {
  disruptive: 'Send this command?',
  waiting: 'Send it when the device can receive it?',
  dangerous: 'Cut the engine of a car?',
}
const answers: Record<Question['kind'], string> = {
  disruptive: 'Yes, send it',
  waiting: 'Yes, let it wait',
  dangerous: 'Yes, cut it now',
}

const nameOf = ({ raw, intent }: Order): string => raw ?? intent ?? ''

function Fix({ confirmation: { fix, detail, expiresAt } }: { confirmation: ConfirmationAnswer }) {
  const left = Math.max(0, Math.round((Date.parse(expiresAt) - now.value) / 1000))
  return (
    <>
      {fix === null ? (
        <p>No valid fix of this car is known.</p>
      ) : (
        <dl class="big">
          <div>
            <dt>Speed</dt>
            <dd>{toSpeed(fix.speedKmh)}</dd>
          </div>
          <div>
            <dt>Age of the fix</dt>
            <dd>{toSpan(fix.ageSeconds * 1000)}</dd>
          </div>
        </dl>
      )}
      <p>{detail}</p>
      <p class="hint">It is written at once or never. This question ends in {left} s.</p>
    </>
  )
}

/** Asks before something that cannot be taken back. "No" has the focus. */
export function AskTwice({
  question,
  onYes,
  onNo,
}: {
  question: Question
  onYes: () => void
  onNo: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const isDangerous = question.kind === 'dangerous'
  return (
    <dialog ref={dialog} class={question.kind} aria-labelledby="ask-title" onClose={onNo}>
      <h2 id="ask-title">{titles[question.kind]}</h2>
      <p>
        <code>{nameOf(question.order)}</code>
      </p>
      {isDangerous ? <Fix confirmation={question.confirmation} /> : <p>{question.why}</p>}
      <div class="bar">
        <button autofocus onClick={() => dialog.current?.close()}>
          No, do nothing
        </button>
        <span class="spring" />
        <button class="danger" onClick={onYes}>
          {answers[question.kind]}
        </button>
      </div>
    </dialog>
  )
}
