import { useEffect, useRef } from 'preact/hooks'
import { toSpan, toSpeed } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import type { ConfirmationAnswer, Order } from '../api/types.ts'
import { situationText } from './situation.ts'

/** The car in the question, as people know it. */
export type Car = { readonly deviceId: string; readonly name: string | null }

export type Question =
  /** `title`: the command's, null for typed text. `why`: a sentence. */
  | {
      readonly kind: 'disruptive' | 'waiting'
      readonly order: Order
      readonly title: string | null
      readonly why: string
    }
  | { readonly kind: 'dangerous'; readonly order: Order; readonly confirmation: ConfirmationAnswer }

const answers: Readonly<Record<Question['kind'], string>> = {
  disruptive: 'Yes, send it',
  waiting: 'Yes, let it wait',
  dangerous: 'Yes, cut it now',
}

const sentText = ({ raw, intent, params = {} }: Order): string =>
  raw ?? [intent, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')

function CarName({ car: { deviceId, name } }: { car: Car }) {
  return name === null ? (
    <>{deviceId}</>
  ) : (
    <>
      <bdi>{name}</bdi> ({deviceId})
    </>
  )
}

function Fix({ confirmation, left }: { confirmation: ConfirmationAnswer; left: number }) {
  const { fix, detail } = confirmation
  return (
    <>
      <p class="situation">{situationText(confirmation)}</p>
      {fix !== null && (
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
      <p class="hint">{detail}</p>
      <p class="hint">
        {left > 0
          ? `It is written at once or never. This question ends in ${left} s.`
          : 'This question has ended.'}
      </p>
    </>
  )
}

/** Asks before an action that cannot be undone. "No" has the focus; an action that would be refused cannot be sent. */
export function AskTwice({
  question,
  car,
  onYes,
  onNo,
  onAgain,
}: {
  question: Question
  car: Car
  onYes: () => void
  onNo: () => void
  /** Asks again with the newest fix. */
  onAgain: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { kind, order } = question
  const left =
    kind === 'dangerous'
      ? Math.max(0, Math.round((Date.parse(question.confirmation.expiresAt) - now.value) / 1000))
      : 0
  const isRefused = kind === 'dangerous' && (!question.confirmation.allowed || left === 0)
  return (
    <dialog ref={dialog} class={kind} aria-labelledby="ask-title" onClose={onNo}>
      <h2 id="ask-title">
        {kind === 'dangerous' ? 'Cut the engine of ' : `Send “${question.title ?? 'this text'}” to `}
        <CarName car={car} />
        {kind === 'waiting' && ' when it can be received'}?
      </h2>
      <p>
        <code>{sentText(order)}</code>
      </p>
      {kind === 'dangerous' ? (
        <Fix confirmation={question.confirmation} left={left} />
      ) : (
        <p class="situation">{question.why}</p>
      )}
      <div class="bar">
        <button autofocus onClick={() => dialog.current?.close()}>
          No, do nothing
        </button>
        {isRefused && <button onClick={onAgain}>Check again</button>}
        <span class="spring" />
        <button class="danger" disabled={isRefused} onClick={onYes}>
          {answers[kind]}
        </button>
      </div>
    </dialog>
  )
}
