import { sliceMeanings, slicesOf, type Progress } from './progress.ts'

const toText = (progress: Progress): string =>
  slicesOf(progress)
    .map(({ name, count }) => `${count} ${name}`)
    .join(', ')

/** A stacked bar: how many devices ended how, and how many are left. */
export function ProgressBar({ progress, label }: { progress: Progress; label: string }) {
  return (
    <div class="slices" role="img" aria-label={`${label}: ${toText(progress)}`} title={toText(progress)}>
      {slicesOf(progress).map(({ name, count }) => (
        <span key={name} class={`slice ${name}`} style={{ flexGrow: count }} />
      ))}
    </div>
  )
}

/** The colours of the bar, with their numbers and what they mean. */
export function Legend({ progress }: { progress: Progress }) {
  return (
    <dl class="legend">
      {slicesOf(progress).map(({ name, count }) => (
        <div key={name}>
          <dt>
            <span class={`slice ${name}`} aria-hidden="true" />
            {name}
          </dt>
          <dd>
            {count} <small>{sliceMeanings[name]}</small>
          </dd>
        </div>
      ))}
    </dl>
  )
}
