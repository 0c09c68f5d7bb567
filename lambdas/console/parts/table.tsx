import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** A column: its title, and how it looks. A `hidden` title is for people who do not see the buttons below it. */
type Column = string | { readonly title: string; readonly look: 'number' | 'hidden' }

function Heading({ column }: { column: Column }) {
  const { title, look = null } = typeof column === 'string' ? { title: column } : column
  return (
    <th scope="col" {...(look === 'number' && { class: 'number' })}>
      {look === 'hidden' ? <span class="hidden">{title}</span> : title}
    </th>
  )
}

/** A table with `children` as rows. With a `label` or a `caption` it can be scrolled by keyboard. */
export function Table({
  label,
  caption,
  columns,
  children,
}: {
  label?: string
  caption?: ComponentChildren
  columns: readonly Column[]
  children: ComponentChildren
}) {
  const captionId = useId()
  const name =
    label === undefined ? caption !== undefined && { 'aria-labelledby': captionId } : { 'aria-label': label }
  return (
    <div class="table" {...(name !== false && { ...name, tabIndex: 0, role: 'region' })}>
      <table>
        {caption !== undefined && <caption id={captionId}>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={typeof column === 'string' ? column : column.title} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
