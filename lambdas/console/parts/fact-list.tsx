import type { ComponentChildren } from 'preact'

export type Fact = readonly [title: string, value: ComponentChildren]

/** Titles with their values; a value that is null is left out. `children`: more of them. */
export function FactList({
  look,
  facts,
  children,
}: {
  look?: string
  facts: readonly Fact[]
  children?: ComponentChildren
}) {
  return (
    <dl class={look}>
      {facts.map(
        ([title, value]) =>
          value !== null && (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
      {children}
    </dl>
  )
}
