import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { toSpan, toSpeed } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import type { ConfirmationAnswer, Order } from '../api/types.ts'
import { situationText } from './situation.ts'
import { t } from '../text/text.ts'

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
            <dt>{t.terminal.speed}</dt>
            <dd>{toSpeed(fix.speedKmh)}</dd>
          </div>
          <div>
            <dt>{t.terminal.ageOfFix}</dt>
            <dd>{toSpan(fix.ageSeconds * 1000)}</dd>
          </div>
        </dl>
      )}
      <p class="hint">{detail}</p>
      <p class="hint">{left > 0 ? t.terminal.endsIn(left) : t.terminal.ended}</p>
    </>
  )
}

function titleOf(question: Question, car: ComponentChildren): ComponentChildren {
  if (question.kind === 'dangerous') return t.terminal.askCut(car)
  const title = question.title ?? t.terminal.thisText
  return question.kind === 'waiting' ? t.terminal.askSendLater(title, car) : t.terminal.askSend(title, car)
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
      <h2 id="ask-title">{titleOf(question, <CarName car={car} />)}</h2>
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
          {t.common.noDoNothing}
        </button>
        {isRefused && <button onClick={onAgain}>{t.terminal.checkAgain}</button>}
        <span class="spring" />
        <button class="danger" disabled={isRefused} onClick={onYes}>
          {t.terminal.answers[kind]}
        </button>
      </div>
    </dialog>
  )
}
