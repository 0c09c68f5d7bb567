import { slicesOf, type Progress } from './progress.ts'
import { t } from '../text/text.ts'

const toText = (progress: Progress): string =>
  slicesOf(progress)
    .map(({ name, count }) => `${count} ${t.words.verdicts[name]}`)
    .join(', ')

/** A stacked bar: the number of devices by outcome, and the number that is left. */
export function ProgressBar({ progress, label }: { progress: Progress; label: string }) {
  return (
    <div class="slices" role="img" aria-label={`${label}: ${toText(progress)}`} title={toText(progress)}>
      {slicesOf(progress).map(({ name, count }) => (
        <span key={name} class={`slice ${name}`} style={{ flexGrow: count }} />
      ))}
    </div>
  )
}

/** The colors of the bar, with their numbers and what they mean. */
export function Legend({ progress }: { progress: Progress }) {
  return (
    <dl class="legend">
      {slicesOf(progress).map(({ name, count }) => (
        <div key={name}>
          <dt>
            <span class={`slice ${name}`} aria-hidden="true" />
            {t.words.verdicts[name]}
          </dt>
          <dd>
            {count} <small>{t.words.meanings[name]}</small>
          </dd>
        </div>
      ))}
    </dl>
  )
}
