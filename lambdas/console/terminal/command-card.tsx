import { useState } from 'preact/hooks'
import type { CommandAnswer } from '../api/types.ts'
import { reasonText, titleOf } from '../parts/command-words.ts'
import { toClock } from '../parts/format.ts'
import type { Commands } from '../state/commands.ts'
import { nameOf } from './interleave.ts'
import { VisibleText } from './visible-text.tsx'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'

const steps = ['queued', 'sent', 'replied', 'effect'] as const
type Step = (typeof steps)[number]

function reached(command: CommandAnswer): ReadonlySet<Step> {
  const done = new Set<Step>(['queued'])
  for (const { written, reply, effect } of command.attempts) {
    if (written === 'yes' || written === 'uncertain') done.add('sent')
    if (reply !== null) done.add('replied')
    if (effect !== null) done.add('effect')
  }
  return done
}

type Conclusion = NonNullable<CommandAnswer['conclusion']>
const qualities = ({ likely, already, late, ambiguous, corrected }: Conclusion): string =>
  [
    likely && t.terminal.qualities.likely,
    already && t.terminal.qualities.already,
    late && t.terminal.qualities.late,
    ambiguous && t.terminal.qualities.ambiguous,
    corrected && t.terminal.qualities.corrected,
  ]
    .filter(Boolean)
    .join(', ')

function Steps({ command, expectsEffect }: { command: CommandAnswer; expectsEffect: boolean }) {
  const done = reached(command)
  const shown = steps.filter((step) => step !== 'effect' || expectsEffect)
  return (
    <ol class="steps" aria-label={t.terminal.howFar}>
      {shown.map((step) => (
        <li
          key={step}
          class={done.has(step) ? 'done' : ''}
          aria-current={done.has(step) ? 'true' : undefined}
        >
          {t.terminal.steps[step]}
        </li>
      ))}
    </ol>
  )
}

function Timeline({ command }: { command: CommandAnswer }) {
  return (
    <ol class="timeline">
      {command.timeline.map((item) => (
        <li key={item.id}>
          <time>{toClock(Date.parse(item.at))}</time>{' '}
          {t.terminal.happened[item.kind] ?? inOwnLanguage(item.text)}
          {item.bytes !== null && (
            <code>
              <VisibleText text={item.bytes.text} />
            </code>
          )}
        </li>
      ))}
    </ol>
  )
}

/** A command among the rows: what was sent, its progress, the reply, the verdict. */
export function CommandCard({ command, commands }: { command: CommandAnswer; commands: Commands }) {
  const [isOpen, setOpen] = useState(false)
  const { conclusion, reply, state, danger, waitingFor } = command
  const title = titleOf(command)
  const entry = commands.catalogue.value?.items.find(({ intent }) => intent === command.intent)
  return (
    <li class={`command ${danger}`} data-command={command.commandId}>
      <div class="command-head">
        <time>{toClock(Date.parse(command.createdAt))}</time>
        <span class="arrow" role="img" aria-label={t.terminal.command}>
          ❯
        </span>
        <strong>
          <VisibleText text={nameOf(command)} />
        </strong>
        {title !== null && command.raw !== null && <small>{title}</small>}
        <span class="spring" />
        {conclusion === null ? (
          <span class="chip state">{t.words.verdicts[state]}</span>
        ) : (
          <span class={`chip verdict ${conclusion.verdict}`} title={t.words.meanings[conclusion.verdict]}>
            {t.words.verdicts[conclusion.verdict]}
          </span>
        )}
        {waitingFor !== null && (
          <button
            onClick={() => void commands.cancel(command.commandId)}
            aria-label={t.terminal.cancelNamed(nameOf(command))}
          >
            {t.terminal.cancel}
          </button>
        )}
        <button class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.terminal.less : t.terminal.timeline}
        </button>
      </div>
      <Steps command={command} expectsEffect={entry?.expectsEffect === true} />
      {reply !== null && (
        <pre class="reply" aria-label={t.terminal.reply}>
          {reply.text}
        </pre>
      )}
      {waitingFor !== null && (
        <p class="hint waiting-line">
          {t.terminal.waitsFor(t.terminal.waits[waitingFor.what], toClock(Date.parse(waitingFor.until)))}
        </p>
      )}
      {conclusion !== null && (
        <p class="hint verdict-line" role="status">
          {t.words.meanings[conclusion.verdict]}
          {conclusion.reason !== null && `: ${reasonText(conclusion.reason)}`}
          {qualities(conclusion) !== '' && ` (${qualities(conclusion)})`}
        </p>
      )}
      {isOpen && <Timeline command={command} />}
    </li>
  )
}
